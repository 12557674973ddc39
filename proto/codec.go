package proto

import (
	"errors"
	"fmt"
	"sync/atomic"

	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // registers the codec that boundedCodec wraps
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Sizes of messages.
const (
	maxCommand  = 64 << 20 // a job with its plan, or the list of its files
	maxEvent    = 16 << 20 // a report
	maxExchange = 64 << 20 // SendOnce
	// maxParts bounds the messages and numbers in one message. Two bytes on the
	// wire can be a struct of 200 bytes in memory: without this bound 16 MiB
	// become 1.6 GB before anybody can look at them. A report of a long silence has
	// a quarter of a million.
	maxParts = 1 << 19
	maxDepth = 16
)

// boundedCodec is gRPC's own codec with a look at the bytes first.
type boundedCodec struct {
	encoding.CodecV2
	// bad is the first message that was refused. gRPC reports it with a code that
	// a broken connection has too.
	bad atomic.Pointer[error]
}

func newBoundedCodec() *boundedCodec { return &boundedCodec{CodecV2: encoding.GetCodecV2("proto")} }

func (c *boundedCodec) Unmarshal(data mem.BufferSlice, v any) error {
	m, ok := v.(proto.Message)
	if !ok {
		return fmt.Errorf("no protobuf message: %T", v)
	}
	buf := data.MaterializeToBuffer(mem.DefaultBufferPool())
	defer buf.Free()
	err := decode(buf.ReadOnlyData(), m)
	if err != nil {
		c.bad.CompareAndSwap(nil, &err)
	}
	return err
}

// refused is the message that was refused, if one was.
func (c *boundedCodec) refused() error {
	if err := c.bad.Load(); err != nil {
		return *err
	}
	return nil
}

// decode reads one message from the other side, which may be anybody.
func decode(b []byte, m proto.Message) error {
	parts := maxParts
	if err := count(b, m.ProtoReflect().Descriptor(), &parts, maxDepth); err != nil {
		return fmt.Errorf("message %s: %w", m.ProtoReflect().Descriptor().Name(), err)
	}
	return proto.Unmarshal(b, m)
}

var (
	errParts = errors.New("too many parts")
	errDepth = errors.New("nested too deeply")
)

// count walks the wire form of a message of kind d without building anything, and
// takes every message and packed number in it from parts.
func count(b []byte, d protoreflect.MessageDescriptor, parts *int, depth int) error {
	if depth == 0 {
		return errDepth
	}
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return protowire.ParseError(n)
		}
		b = b[n:]
		if n = protowire.ConsumeFieldValue(num, typ, b); n < 0 {
			return protowire.ParseError(n)
		}
		if err := countField(b[:n], d.Fields().ByNumber(num), typ, parts, depth); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

func countField(b []byte, f protoreflect.FieldDescriptor, typ protowire.Type, parts *int, depth int) error {
	if f == nil || (f.Cardinality() != protoreflect.Repeated && f.Kind() != protoreflect.MessageKind) {
		return nil
	}
	cost, nested := 1, []byte(nil)
	if typ == protowire.BytesType {
		v, n := protowire.ConsumeBytes(b)
		if n < 0 {
			return protowire.ParseError(n)
		}
		switch f.Kind() {
		case protoreflect.MessageKind:
			nested = v
		case protoreflect.StringKind, protoreflect.BytesKind:
		default:
			cost = len(v) // packed numbers of a byte or more each
		}
	}
	if *parts -= cost; *parts < 0 {
		return errParts
	}
	if nested == nil {
		return nil
	}
	return count(nested, f.Message(), parts, depth-1)
}
