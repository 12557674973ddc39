package sandbox

import lua "github.com/yuin/gopher-lua"

// MaxNested bounds how deep coroutines resume coroutines: each level is a level of the Go
// stack, whose overflow would end the process.
const MaxNested = 16

// NewThread is a coroutine of L's user. It runs in the frame of whoever resumes it, see
// Enter; made by L.NewThread it would cost a goroutine that waits for the frame's end.
func NewThread(L *lua.LState) *lua.LState {
	frame := L.RemoveContext()
	thread, _ := L.NewThread()
	L.SetContext(frame)
	thread.SetContext(frame)
	return thread
}

// Enter has to be called before L resumes thread: a coroutine may have been made in
// a frame that has ended since.
func Enter(L, thread *lua.LState) { thread.SetContext(L.Context()) }
