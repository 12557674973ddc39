package scripting

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting/sandbox"
	"github.com/locust-http/locust-http/scripting/value"
)

// maxStack bounds the stack of a failure, in bytes.
const maxStack = 8 << 10

// failure is how a call ended that raised err, or was ended.
func (s *State) failure(c *call, err error, why cause, ending *Failure, exceeded string) *Failure {
	f := &Failure{Class: load.ClassLuaError}
	if why == causeFailure && ending != nil {
		f = ending
	}
	var raised *lua.ApiError
	if errors.As(err, &raised) && why != causeFailure {
		s.describe(c, f, raised)
	}
	switch {
	case why == causeInterrupted:
		return &Failure{Interrupted: true, Message: ErrInterrupted.Error(), Place: f.Place}
	case why == causeTimeout:
		f.Class, f.Spent = load.ClassLuaTimeout, true
		f.Message = fmt.Sprintf("%s ran for more than %v of Lua time (run.lua_timeout)", c.name(), s.program.timeout)
	case why == causeHeap:
		f.Class, f.Spent = load.ClassLuaLimit, true
		f.Message = causes[causeHeap].Error()
	case why == causeFailure:
	case raised == nil && err != nil: // of no Lua function
		f.Message = err.Error()
		if exceeded != "" {
			f.Class = load.ClassLuaLimit
		}
	case exceeded != "":
		f.Class = load.ClassLuaLimit
	}
	if f.Place == "" {
		f.Place = c.script.place()
	}
	return f
}

func (c *call) name() string {
	if c.hook == numHooks || c.loads {
		return "the script"
	}
	return c.hook.String()
}

// place is where a script begins.
func (s *Script) place() string {
	return s.source.File + ":" + strconv.Itoa(firstLine(&s.source))
}

// describe fills in what is known from an error of Lua.
func (s *State) describe(c *call, f *Failure, raised *lua.ApiError) {
	goStack, luaStack, isPanic := strings.Cut(raised.StackTrace, "\nstack traceback:\n")
	if !isPanic {
		luaStack = strings.TrimPrefix(raised.StackTrace, "stack traceback:\n")
	}
	place, stack := luaCalls(luaStack, c)
	f.Place, f.Stack = place, stack
	f.Message = strings.TrimPrefix(errorText(raised.Object), " ") // there is one where Lua knows no place
	if at, message, ok := s.program.cutPlace(f.Message); ok {
		f.Place, f.Message = at, message
	}
	f.Message = strings.Replace(f.Message, "a non-table object(nil)", "a nil value", 1)
	if f.Message == "attempt to call a non-function object" {
		f.Message = "what is called here is no function: nil, or misspelt"
	}
	switch {
	case raised.Type == lua.ApiErrorPanic:
		f.Class, f.Spent = load.ClassLuaInternal, true
		f.Stack = clip(stack+"\n"+goStack, maxStack)
	case strings.HasSuffix(f.Message, "stack overflow"):
		f.Class, f.Message = load.ClassLuaLimit, fmt.Sprintf("more than %d calls within one another", sandbox.CallDepth)
	case strings.HasSuffix(f.Message, "registry overflow"):
		f.Class, f.Message = load.ClassLuaLimit, "too many values at once"
	}
}

// errorText is what an error object says that is no table.
func errorText(object lua.LValue) string {
	if object == lua.LNil {
		return "error without a message"
	}
	return clip(object.String(), maxText)
}

// saying turns an error object that is a table into what it says: by itself, as its message,
// or with what is in it. It does so while its call still bounds how long that takes.
func saying(L *lua.LState, err error) {
	raised, ok := err.(*lua.ApiError)
	if !ok {
		return
	}
	object, ok := raised.Object.(*lua.LTable)
	if !ok {
		return
	}
	again := protect(L, func(L *lua.LState) {
		if L.GetMetaField(object, "__tostring") != lua.LNil {
			if text, ok := L.ToStringMeta(object).(lua.LString); ok {
				raised.Object = text
				return
			}
		}
		message := object.RawGetString("message")
		if message == lua.LNil || message.Type() == lua.LTTable {
			raised.Object = lua.LString(describeValue(L, object))
		} else {
			raised.Object = lua.LString(clip(message.String(), maxText))
		}
	})
	if again != nil {
		raised.Object = lua.LString("an error that cannot say itself")
	}
}

// cutPlace takes "file:line: " off a message whose file is one of the program.
func (p *Program) cutPlace(text string) (place, message string, ok bool) {
	for from := 0; ; {
		i := strings.IndexByte(text[from:], ':')
		if i < 0 {
			return "", text, false
		}
		colon := from + i
		if p.files[text[:colon]] {
			end := colon + 1
			for end < len(text) && text[end] >= '0' && text[end] <= '9' {
				end++
			}
			if end > colon+1 && strings.HasPrefix(text[end:], ": ") {
				return text[:end], text[end+2:], true
			}
		}
		from = colon + 1
	}
}

// luaCalls turns gopher-lua's stack into one line per call of a Lua function, innermost
// first, and says where the innermost one is.
func luaCalls(trace string, c *call) (place, stack string) {
	var lines []string
	for line := range strings.SplitSeq(trace, "\n") {
		at, in, ok := strings.Cut(strings.TrimSpace(line), ": in ")
		if strings.TrimSpace(line) == "..." {
			lines = append(lines, "…")
			continue
		}
		if !ok || !inScript(at) {
			continue
		}
		if place == "" {
			place = at
		}
		if in == "main chunk" {
			in = "function '" + c.hook.name() + "'"
			if c.loads || c.hook == numHooks {
				in = "main chunk"
			}
		}
		if strings.HasSuffix(in, ":0>") {
			in = "main chunk"
		}
		lines = append(lines, at+": in "+in)
	}
	return place, clip(strings.Join(lines, "\n"), maxStack)
}

func (h Hook) name() string {
	if h >= numHooks {
		return "?"
	}
	return h.String()
}

// keepError is a table of user.vars that cannot be kept.
func keepError(L *lua.LState, name string, err error) error {
	if value.IsLimit(err) {
		frameOf(L).Exceeded(err.Error())
	}
	var wrong *value.Error
	if errors.As(err, &wrong) {
		return errors.New(wrong.Under("user.vars." + name))
	}
	return fmt.Errorf("user.vars.%s: %w", name, err)
}

// panicked is the failure of a call in which Go code panicked.
func panicked(f *frame, raised *lua.ApiError) *Failure {
	made := &Failure{}
	f.state.describe(&call{hook: numHooks}, made, raised)
	return made
}
