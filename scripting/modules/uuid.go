package modules

// uuid.v4() → text: random (RFC 9562), from the user's own stream: the same seed gives the
//   same ones
//   uuid.v4()  -- 8c1d4b6e-0c0a-4f4e-9a53-0b7f0f5f6b1e
// uuid.v7() → text: begins with the time in milliseconds, so that they sort by it
//   uuid.v7()  -- 0191c6f3-7b1c-7e0a-8f43-5b7f0f5f6b1e

import (
	"encoding/binary"
	"encoding/hex"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

func uuidLibrary() *sandbox.Library {
	return library("uuid", map[string]function{
		"v4": func(a args) int { return uuid(a, 4) },
		"v7": func(a args) int { return uuid(a, 7) },
	})
}

func uuid(a args, version byte) int {
	frame := sandbox.FrameOf(a.L)
	var id [16]byte
	high := frame.Rand().Uint64()
	if version == 7 {
		high = uint64(frame.Now().UnixMilli())<<16 | high&0xFFFF
	}
	binary.BigEndian.PutUint64(id[:8], high)
	binary.BigEndian.PutUint64(id[8:], frame.Rand().Uint64())
	id[6] = id[6]&0x0F | version<<4
	id[8] = id[8]&0x3F | 0x80
	var text [36]byte
	hex.Encode(text[:8], id[:4])
	hex.Encode(text[9:13], id[4:6])
	hex.Encode(text[14:18], id[6:8])
	hex.Encode(text[19:23], id[8:10])
	hex.Encode(text[24:], id[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return a.text(string(text[:]))
}
