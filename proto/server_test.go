package proto

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/proto"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

func TestTokens(t *testing.T) {
	var log bytes.Buffer
	url, _ := shop(t)
	worker := fake()
	address := serve(t, worker, ServerOptions{Token: "right-secret", Log: slog.New(slog.NewTextHandler(&log, nil))})
	for shown, word := range map[string]string{"": "none", "wrong-secret": "another token", "right-secre": "another token"} {
		c := dial(t, address, DialOptions{Token: shown})
		_, prepare := c.Prepare(bounded(t), jobFor(url))
		_, info := c.Info(bounded(t))
		_, send := c.SendOnce(bounded(t), load.SendRequest{Plan: jobFor(url).Plan})
		for what, err := range map[string]error{"Prepare": prepare, "Info": info, "SendOnce": send} {
			if !errors.Is(err, ErrToken) || !strings.Contains(err.Error(), word) {
				t.Errorf("%s with token %q: %v", what, shown, err)
			}
			if err != nil && strings.Contains(err.Error(), "secre") && !strings.Contains(err.Error(), "t-secret") && shown != "" {
				t.Errorf("%s shows the token: %v", what, err)
			}
		}
	}
	if n := worker.Prepares.Load(); n != 0 {
		t.Errorf("%d runs were prepared without the token", n)
	}
	if _, err := dial(t, address, DialOptions{Token: "right-secret"}).Info(bounded(t)); err != nil {
		t.Errorf("with the right token: %v", err)
	}
	if strings.Contains(log.String(), "secret") {
		t.Errorf("the log has a token: %s", log.String())
	}
}

func TestInfo(t *testing.T) {
	want := filled[load.Info]()
	o := ServerOptions{Node: want.Node, Vitals: func() load.Vitals { return want.Vitals }, Standing: func() load.Standing { return want.Standing }}
	got, err := dial(t, serve(t, fake(), o), DialOptions{}).Info(bounded(t))
	compare(t, got, err, want)
	silent, err := dial(t, serve(t, fake(), ServerOptions{Node: want.Node}), DialOptions{}).Info(bounded(t))
	compare(t, silent, err, load.Info{Node: want.Node})
}

func rawConn(t *testing.T, address string) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient("passthrough:///"+address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// TestHealth: probes need no token.
func TestHealth(t *testing.T) {
	conn := rawConn(t, serve(t, fake(), ServerOptions{Token: "secret"}))
	reply, err := healthpb.NewHealthClient(conn).Check(bounded(t), &healthpb.HealthCheckRequest{})
	if err != nil || reply.GetStatus() != healthpb.HealthCheckResponse_SERVING {
		t.Errorf("got %v, %v", reply, err)
	}
}

func TestAnotherProtocolIsRefused(t *testing.T) {
	client := pb.NewWorkerClient(rawConn(t, serve(t, fake(), ServerOptions{})))
	check := func(what string, f *pb.Fault) {
		t.Helper()
		err := faultFromPB(f)
		if !errors.Is(err, load.ErrProtocol) || !strings.Contains(err.Error(), fmt.Sprintf("speaks 99, this worker %d;", load.Protocol)) {
			t.Errorf("%s: %v", what, err)
		}
	}
	info, err := client.Info(bounded(t), &pb.InfoRequest{Protocol: 99})
	if err != nil {
		t.Fatal(err)
	}
	check("Info", info.GetFault())
	send, err := client.SendOnce(bounded(t), &pb.SendOnceRequest{Protocol: 99})
	if err != nil {
		t.Fatal(err)
	}
	check("SendOnce", send.GetFault())
	stream, err := client.Run(bounded(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&pb.Command{Body: &pb.Command_Hello{Hello: &pb.Hello{Protocol: 99}}}); err != nil {
		t.Fatal(err)
	}
	ev, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	check("Run", ev.GetFault())
}

// oddWorker answers a hello with whatever a test likes.
type oddWorker struct {
	pb.UnimplementedWorkerServer
	events []*pb.Event
}

func (w *oddWorker) Run(stream grpc.BidiStreamingServer[pb.Command, pb.Event]) error {
	if _, err := stream.Recv(); err != nil {
		return err
	}
	for _, ev := range w.events {
		if err := stream.Send(ev); err != nil {
			return err
		}
	}
	<-stream.Context().Done()
	return nil
}

func serveOdd(t *testing.T, w pb.WorkerServer) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := grpc.NewServer()
	if w != nil {
		pb.RegisterWorkerServer(g, w)
	}
	go g.Serve(l)
	t.Cleanup(g.Stop)
	return l.Addr().String()
}

// TestHostileWorkers: what a worker sends cannot hurt, and does not keep us trying.
func TestHostileWorkers(t *testing.T) {
	many := &pb.Report{Seq: 1}
	many.ProtoReflect().SetUnknown(bytes.Repeat([]byte{0x22, 0x00}, maxParts+1)) // intervals, empty ones
	big := &pb.Report{Seq: 1, Reason: strings.Repeat("x", maxEvent)}
	for name, ev := range map[string]*pb.Event{
		"another protocol": faultEvent(load.ErrProtocol),
		"a damaged report": {Body: &pb.Event_Report{Report: &pb.Report{Seq: 1, Phase: 77}}},
		"too many parts":   {Body: &pb.Event_Report{Report: many}},
		"too long":         {Body: &pb.Event_Report{Report: big}},
	} {
		c := dial(t, serveOdd(t, &oddWorker{events: []*pb.Event{
			{Body: &pb.Event_Welcome{}}, {Body: &pb.Event_Welcome{}}, {Body: &pb.Event_Answer{Answer: &pb.Answer{Id: 77}}}, {}, ev,
		}}), DialOptions{silence: patience}) // a busy machine takes its time over half a million parts
		_, err := c.Prepare(bounded(t), load.Job{})
		if err == nil || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
		t.Logf("%s: %v", name, err)
	}
	_, err := dial(t, serveOdd(t, nil), DialOptions{}).Prepare(bounded(t), load.Job{})
	if !errors.Is(err, load.ErrProtocol) {
		t.Errorf("no worker at all: %v", err)
	}
}

// TestHostileMasters: a stream that does not keep to the conversation is ended.
func TestHostileMasters(t *testing.T) {
	worker := fake()
	client := pb.NewWorkerClient(rawConn(t, serve(t, worker, ServerOptions{})))
	hello := &pb.Command{Body: &pb.Command_Hello{Hello: &pb.Hello{Protocol: load.Protocol, Run: "r", Epoch: 1}}}
	for name, cmds := range map[string][]*pb.Command{
		"no hello":       {{Body: &pb.Command_Finish{}}},
		"nothing at all": {{}},
		"unprepared":     {hello, {Id: 1, Body: &pb.Command_Setup{}}, {Id: 2, Body: &pb.Command_Stop{}}, {Body: &pb.Command_Ack{Ack: 3}}, {Body: &pb.Command_Cancel{Cancel: 1}}, {Body: &pb.Command_Close{}}},
		"another run":    {hello, {Id: 1, Body: &pb.Command_Prepare{Prepare: &pb.Job{Run: "other"}}}, {Body: &pb.Command_Close{}}},
		"empty job":      {hello, {Id: 1, Body: &pb.Command_Prepare{}}, {Body: &pb.Command_Close{}}},
		"two hellos":     {hello, hello, {Body: &pb.Command_Close{}}},
	} {
		stream, err := client.Run(bounded(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, cmd := range cmds {
			stream.Send(cmd)
		}
		for err == nil {
			_, err = stream.Recv()
		}
		if errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "deadline") {
			t.Errorf("%s: the stream goes on", name)
		}
	}
	if n := worker.Prepares.Load(); n != 0 {
		t.Errorf("%d sessions", n)
	}
}

func TestSizes(t *testing.T) {
	c := dial(t, serve(t, fake(), ServerOptions{}), DialOptions{})
	var bad *load.PlanError
	_, err := c.Prepare(bounded(t), load.Job{Run: "r", Plan: make([]byte, maxCommand)})
	if !errors.As(err, &bad) || !strings.Contains(err.Error(), "64 MiB") && !strings.Contains(err.Error(), "at most 64") {
		t.Errorf("a job of 64 MiB: %v", err)
	}
	url, _ := shop(t)
	job := jobFor(url)
	job.Plan = append(job.Plan, bytes.Repeat([]byte("#"), 20<<20)...)
	if _, err := c.Prepare(bounded(t), job); err != nil {
		t.Errorf("a job of 20 MiB: %v", err)
	}
}

func TestExchangeIsShortenedToTravel(t *testing.T) {
	var x load.Exchange
	for range 20 {
		x.Steps = append(x.Steps, load.StepExchange{Step: "page", Attempts: []load.Attempt{{ResponseBody: make([]byte, 5<<20)}}})
	}
	got, err := fitExchange(exchangeToPB(&x))
	if err != nil || proto.Size(got) > maxExchange {
		t.Fatalf("%d bytes, %v", proto.Size(got), err)
	}
	if a := got.Steps[0].Attempts[0]; !a.Truncated || len(a.ResponseBody) == 0 {
		t.Errorf("truncated %v, %d bytes", a.Truncated, len(a.ResponseBody))
	}
	if len(x.Steps[0].Attempts[0].ResponseBody) != 5<<20 {
		t.Error("the worker's own exchange was changed")
	}
}

// TestBrokenSessionSaysWhy: what ended it on the worker reaches the master.
func TestBrokenSessionSaysWhy(t *testing.T) {
	url, _ := shop(t)
	daemon, engine := pipePair()
	served := make(chan error, 1)
	go func() { served <- ServePipe(context.Background(), fake(), engine) }()
	inner, err := DialPipe(daemon)
	if err != nil {
		t.Fatal(err)
	}
	c := dial(t, serve(t, inner, ServerOptions{}), DialOptions{})
	s, err := c.Prepare(bounded(t), jobFor(url))
	if err != nil {
		t.Fatal(err)
	}
	engine.Close() // the engine dies
	for range s.Reports() {
		s.Ack(0)
	}
	if !errors.Is(s.Err(), load.ErrEngine) {
		t.Errorf("Err is %v, want ErrEngine", s.Err())
	}
	if _, err := s.Setup(bounded(t)); !errors.Is(err, load.ErrEngine) {
		t.Errorf("Setup: %v, want ErrEngine", err)
	}
	if _, err := c.SendOnce(bounded(t), load.SendRequest{}); !errors.Is(err, load.ErrEngine) {
		t.Errorf("SendOnce: %v, want ErrEngine", err)
	}
	if _, err := inner.Info(bounded(t)); !errors.Is(err, load.ErrEngine) {
		t.Errorf("Info: %v, want ErrEngine", err)
	}
	inner.Close()
	<-served
}

// TestPipeThatWasNeverUsed leaves nothing behind.
func TestPipeThatWasNeverUsed(t *testing.T) {
	daemon, engine := pipePair()
	c, err := DialPipe(daemon)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	if _, err := engine.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the other end reads %v, want EOF", err)
	}
	engine.Close()
}

// TestServePipeEndsWithItsContext, although the other side keeps the pipe open.
func TestServePipeEndsWithItsContext(t *testing.T) {
	url, _ := shop(t)
	daemon, engine := pipePair()
	ctx, cancel := context.WithCancel(context.Background())
	worker := fake()
	served := make(chan error, 1)
	go func() { served <- ServePipe(ctx, worker, engine) }()
	c, err := DialPipe(daemon)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Prepare(bounded(t), jobFor(url)); err != nil {
		t.Fatal(err)
	}
	cancel()
	select {
	case err := <-served:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Fatal("ServePipe does not end")
	}
	if n := worker.Closes.Load(); n != 1 {
		t.Errorf("%d sessions were closed, want 1", n)
	}
}

func TestDialRefusesABadAddress(t *testing.T) {
	if _, err := Dial("worker-1", DialOptions{}); err == nil || !strings.Contains(err.Error(), "worker-1") {
		t.Errorf("got %v", err)
	}
}

// TestLateGoodbye: a caller that was refused says goodbye when another has the run.
func TestLateGoodbye(t *testing.T) {
	url, _ := shop(t)
	address := serve(t, fake(), ServerOptions{})
	c := dial(t, address, DialOptions{})
	other, err := c.Prepare(bounded(t), jobFor(url))
	if err != nil {
		t.Fatal(err)
	}
	job := jobFor(url)
	job.Run = "r-2"
	late, err := pb.NewWorkerClient(rawConn(t, address)).Run(bounded(t))
	if err != nil {
		t.Fatal(err)
	}
	late.Send(&pb.Command{Body: &pb.Command_Hello{Hello: &pb.Hello{Protocol: load.Protocol, Run: "r-2", Epoch: 1, Client: 1}}})
	late.Send(&pb.Command{Id: 1, Body: &pb.Command_Prepare{Prepare: jobToPB(job)}})
	for answered := false; !answered; {
		ev, err := late.Recv()
		if err != nil {
			t.Fatal(err)
		}
		if answered = ev.GetAnswer() != nil; answered && ev.GetAnswer().GetFault().GetKind() != pb.Fault_BUSY {
			t.Fatalf("got %v", ev)
		}
	}
	if err := other.Finish(bounded(t)); err != nil {
		t.Fatal(err)
	}
	merge(t, other)
	s, err := c.Prepare(bounded(t), job)
	for errors.Is(err, load.ErrBusy) { // the last acknowledgement is under way
		s, err = c.Prepare(bounded(t), job)
	}
	if err != nil {
		t.Fatal(err)
	}
	late.Send(&pb.Command{Body: &pb.Command_Close{}})
	for err == nil {
		_, err = late.Recv()
	}
	if err := s.Finish(bounded(t)); err != nil {
		t.Errorf("after the late goodbye: %v", err)
	}
	merge(t, s)
	if err := s.Err(); err != nil {
		t.Error(err)
	}
}
