package lint

import (
	"strings"

	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting"
)

// facts is what one text says of itself, wherever it stands. Lines count from 1 in it.
type facts struct {
	problem  *scripting.Problem // it does not compile; then there is nothing else
	reads    []mention          // globals, each where it is read first
	sets     map[string]int     // globals, with the line where each is set first
	hooks    map[string]int     // functions by the names of hooks, and their lines
	funcs    []mention          // other functions that are globals
	locals   map[string]local   // by name; of several the one that reaches furthest
	requires []mention          // by names as they are written
	uses     []mention          // blocks, by names that are written out
	data     []mention          // data sources of user.data
	wrong    []finding
	// open: it sets globals by names that are made when it runs, or is nested too deeply to
	// be read to the end, so nothing can be said of names that seem to be missing.
	open bool
	size int // bytes of the text
}

// mention is a name in a text.
type mention struct {
	name string
	line int
}

// local is a local variable: where it is declared, and whether that is outside of all
// functions and blocks.
type local struct {
	line int
	top  bool
}

// finding is a use of a known object that cannot be meant.
type finding struct {
	mention
	message, hint string
	global        string // it holds only while no script sets this global
	module        string // it holds only while this is a host module
}

// study reads one text.
func study(s *load.Source, objects map[kind]object) *facts {
	f := &facts{sets: map[string]int{}, hooks: map[string]int{}, locals: map[string]local{}}
	if f.problem = scripting.CheckSource(&load.Source{Path: "script", File: s.File, Text: s.Text, Line: 1}); f.problem != nil {
		return f
	}
	statements, err := parse.Parse(strings.NewReader(s.Text), s.File)
	if err != nil {
		return f // it was parsed a moment ago
	}
	w := walker{facts: f, objects: objects, read: map[string]bool{}, required: map[string]bool{}}
	w.block(statements)
	return f
}

// walker visits the tree of a text.
type walker struct {
	*facts
	objects  map[kind]object
	read     map[string]bool
	required map[string]bool
	scopes   []map[string]kind
	depth    int
	line     int // of the statement at hand
}

// maxDepth bounds how deep the walk goes: each level takes stack.
const maxDepth = 5_000

func (w *walker) enter() { w.scopes = append(w.scopes, nil) }
func (w *walker) leave() { w.scopes = w.scopes[:len(w.scopes)-1] }

func (w *walker) declare(name string, k kind) {
	top := len(w.scopes) - 1
	if w.scopes[top] == nil {
		w.scopes[top] = map[string]kind{}
	}
	w.scopes[top][name] = k
	if l, known := w.locals[name]; !known || !l.top && top == 0 {
		w.locals[name] = local{w.line, top == 0}
	}
}

// scopeOf is the scope in which name is a local variable; nil: it is a global.
func (w *walker) scopeOf(name string) map[string]kind {
	for i := len(w.scopes) - 1; i >= 0; i-- {
		if _, local := w.scopes[i][name]; local {
			return w.scopes[i]
		}
	}
	return nil
}

// block visits statements with the variables they have of their own.
func (w *walker) block(statements []ast.Stmt) {
	w.enter()
	w.statements(statements)
	w.leave()
}

func (w *walker) statements(list []ast.Stmt) {
	if w.depth++; w.depth > maxDepth {
		w.open = true
	} else {
		for _, s := range list {
			w.statement(s)
		}
	}
	w.depth--
}

func (w *walker) statement(s ast.Stmt) {
	w.line = line(s)
	switch s := s.(type) {
	case *ast.AssignStmt:
		w.assign(s)
	case *ast.LocalAssignStmt:
		w.local(s)
	case *ast.FuncCallStmt:
		w.expr(s.Expr)
	case *ast.DoBlockStmt:
		w.block(s.Stmts)
	case *ast.WhileStmt:
		w.expr(s.Condition)
		w.block(s.Stmts)
	case *ast.RepeatStmt:
		w.enter()
		w.statements(s.Stmts)
		w.expr(s.Condition) // sees the variables of the block
		w.leave()
	case *ast.IfStmt:
		w.expr(s.Condition)
		w.block(s.Then)
		w.block(s.Else)
	case *ast.NumberForStmt:
		w.exprs(s.Init, s.Limit, s.Step)
		w.loop([]string{s.Name}, s.Stmts)
	case *ast.GenericForStmt:
		w.exprs(s.Exprs...)
		w.loop(s.Names, s.Stmts)
	case *ast.FuncDefStmt:
		w.function(s)
	case *ast.ReturnStmt:
		w.exprs(s.Exprs...)
	}
}

func (w *walker) loop(names []string, body []ast.Stmt) {
	w.enter()
	for _, n := range names {
		w.declare(n, unknown)
	}
	w.statements(body)
	w.leave()
}

func (w *walker) assign(s *ast.AssignStmt) {
	for i, left := range s.Lhs {
		var right ast.Expr
		if i < len(s.Rhs) {
			right = s.Rhs[i]
		}
		name, isName := left.(*ast.IdentExpr)
		switch body, isFunction := right.(*ast.FunctionExpr); {
		case isName && isFunction && w.scopeOf(name.Value) == nil:
			w.define(name.Value, name.Line(), body)
			continue
		case isName:
			w.setName(name, right)
		default:
			w.setField(left)
		}
		w.expr(right)
	}
	for _, rest := range s.Rhs[min(len(s.Lhs), len(s.Rhs)):] {
		w.expr(rest)
	}
}

func (w *walker) setName(name *ast.IdentExpr, to ast.Expr) {
	if scope := w.scopeOf(name.Value); scope != nil {
		scope[name.Value] = w.kindOf(to)
		return
	}
	w.set(name.Value, name.Line())
}

func (w *walker) set(name string, line int) {
	if _, known := w.sets[name]; !known {
		w.sets[name] = line
	}
}

// setField visits what stands on the left: _G.name = is a global.
func (w *walker) setField(left ast.Expr) {
	if field, ok := left.(*ast.AttrGetExpr); ok && w.isGlobal(field.Object, "_G") {
		if name, plain := field.Key.(*ast.StringExpr); plain {
			w.set(name.Value, line(field))
			return
		}
		w.open = true
	}
	w.expr(left)
}

func (w *walker) isGlobal(x ast.Expr, name string) bool {
	ident, ok := x.(*ast.IdentExpr)
	return ok && ident.Value == name && w.scopeOf(name) == nil
}

func (w *walker) local(s *ast.LocalAssignStmt) {
	kinds := make([]kind, len(s.Names))
	for i, x := range s.Exprs {
		if _, ok := x.(*ast.FunctionExpr); ok && i < len(s.Names) {
			w.declare(s.Names[i], unknown) // local function f: f is known in it
		}
		w.expr(x)
		if i < len(kinds) {
			kinds[i] = w.kindOf(x)
		}
	}
	for i, n := range s.Names {
		w.declare(n, kinds[i])
	}
}

// function visits function name() end, and its longer forms.
func (w *walker) function(s *ast.FuncDefStmt) {
	if name, ok := s.Name.Func.(*ast.IdentExpr); ok && s.Name.Receiver == nil {
		if w.scopeOf(name.Value) == nil {
			w.define(name.Value, s.Line(), s.Func)
			return
		}
	} else if s.Name.Receiver != nil {
		w.expr(s.Name.Receiver)
	} else {
		w.setField(s.Name.Func)
	}
	w.body(s.Func, nil, s.Name.Receiver != nil)
}

// define is a function that is a global.
func (w *walker) define(name string, line int, f *ast.FunctionExpr) {
	w.set(name, line)
	parameters, hook := hookParameters[name]
	if hook {
		w.hooks[name] = line
	} else {
		w.funcs = append(w.funcs, mention{name, line})
	}
	w.body(f, parameters, false)
}

// body visits a function whose first parameters are of known kinds.
func (w *walker) body(f *ast.FunctionExpr, kinds []kind, method bool) {
	w.enter()
	if method {
		w.declare("self", unknown)
	}
	if f.ParList != nil {
		for i, n := range f.ParList.Names {
			k := unknown
			if i < len(kinds) {
				k = kinds[i]
			}
			w.declare(n, k)
		}
		if f.ParList.HasVargs {
			w.declare("arg", unknown)
		}
	}
	w.statements(f.Stmts)
	w.leave()
}
