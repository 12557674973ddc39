package lint

import (
	"strings"

	"github.com/yuin/gopher-lua/ast"
)

func (w *walker) exprs(list ...ast.Expr) {
	for _, x := range list {
		w.expr(x)
	}
}

func (w *walker) expr(x ast.Expr) {
	if w.depth++; w.depth > maxDepth {
		w.open = true
	} else {
		w.visit(x)
	}
	w.depth--
}

func (w *walker) visit(x ast.Expr) {
	switch x := x.(type) {
	case *ast.IdentExpr:
		w.name(x)
	case *ast.AttrGetExpr:
		w.field(x, false)
	case *ast.TableExpr:
		for _, f := range x.Fields {
			w.exprs(f.Key, f.Value)
		}
	case *ast.FuncCallExpr:
		w.call(x)
	case *ast.LogicalOpExpr:
		w.exprs(x.Lhs, x.Rhs)
	case *ast.RelationalOpExpr:
		w.exprs(x.Lhs, x.Rhs)
	case *ast.StringConcatOpExpr:
		w.exprs(x.Lhs, x.Rhs)
	case *ast.ArithmeticOpExpr:
		w.exprs(x.Lhs, x.Rhs)
	case *ast.UnaryMinusOpExpr:
		w.expr(x.Expr)
	case *ast.UnaryNotOpExpr:
		w.expr(x.Expr)
	case *ast.UnaryLenOpExpr:
		w.expr(x.Expr)
	case *ast.FunctionExpr:
		w.body(x, nil, false)
	}
}

// name is a variable that is read.
func (w *walker) name(x *ast.IdentExpr) {
	if w.scopeOf(x.Value) == nil && !w.read[x.Value] {
		w.read[x.Value] = true
		w.reads = append(w.reads, mention{x.Value, x.Line()})
	}
}

func (w *walker) call(x *ast.FuncCallExpr) {
	switch f := x.Func.(type) {
	case nil: // a method
		w.expr(x.Receiver)
		w.known(w.kindOf(x.Receiver), x.Receiver, x.Method, line(x), asMethod)
	case *ast.AttrGetExpr:
		w.field(f, true)
	default:
		w.expr(f)
		if name, ok := w.requireName(x); ok && !w.required[name] {
			w.required[name] = true
			w.requires = append(w.requires, mention{name, line(x)})
		}
		if name, ok := onlyText(x); ok && w.isGlobal(f, "use") {
			w.uses = append(w.uses, mention{name, line(x)})
		}
		if w.isGlobal(f, "setfenv") {
			w.open = true
		}
	}
	w.exprs(x.Args...)
}

// requireName is the name that a call of require has.
func (w *walker) requireName(x *ast.FuncCallExpr) (string, bool) {
	if !w.isGlobal(x.Func, "require") {
		return "", false
	}
	return onlyText(x)
}

// onlyText is the only argument of a call, a text that is written out.
func onlyText(x *ast.FuncCallExpr) (string, bool) {
	if len(x.Args) != 1 {
		return "", false
	}
	text, ok := x.Args[0].(*ast.StringExpr)
	if !ok {
		return "", false
	}
	return text.Value, true
}

// field visits object.key; called says that it is a function that is called at once.
func (w *walker) field(x *ast.AttrGetExpr, called bool) {
	w.expr(x.Object)
	key, plain := x.Key.(*ast.StringExpr)
	if !plain {
		w.expr(x.Key)
		return
	}
	if data, ok := x.Object.(*ast.AttrGetExpr); ok && w.isUserData(data) {
		w.data = append(w.data, mention{key.Value, line(x)})
	}
	how := asField
	if called {
		how = asFunction
	}
	w.known(w.kindOf(x.Object), x.Object, key.Value, line(x), how)
}

// isUserData says that x is user.data.
func (w *walker) isUserData(x *ast.AttrGetExpr) bool {
	key, ok := x.Key.(*ast.StringExpr)
	return ok && key.Value == "data" && w.kindOf(x.Object) == userKind
}

// usage is how a part of an object is asked for.
type usage uint8

const (
	asField usage = iota
	asFunction
	asMethod
)

// known notes when an object of a kind has no such part.
func (w *walker) known(k kind, object ast.Expr, name string, line int, how usage) {
	o, ok := w.objects[k]
	if !ok {
		return
	}
	called := nameOf(object)
	f := finding{mention: mention{name, line}}
	if w.isGlobal(object, called) {
		f.global = called
	}
	if strings.HasPrefix(string(k), modulePrefix) {
		f.module = o.noun
	}
	switch {
	case how == asFunction && contains(o.methods, name):
		f.message, f.hint = called+"."+name+" needs the "+called+" it is about", "write "+called+":"+name+"(…), with a colon"
	case how == asMethod && contains(o.fields, name) && o.isLibrary(k):
		f.message, f.hint = called+"."+name+" is not about an object", "write "+called+"."+name+"(…), with a dot"
	case how != asField && contains(o.fields, name) && o.isValue(k, name):
		f.message, f.hint = called+"."+name+" is no function", "write "+called+"."+name
	case contains(o.methods, name) || contains(o.fields, name):
		return
	default:
		f.message, f.hint = o.noun+" has no "+name, didYouMean(name, o.fields, o.methods)
		if k == userKind && f.hint == "" {
			f.hint = called + ".vars." + name + " is kept for the user's life"
		}
	}
	w.wrong = append(w.wrong, f)
}

// nameOf is what messages call an object.
func nameOf(x ast.Expr) string {
	if ident, ok := x.(*ast.IdentExpr); ok {
		return ident.Value
	}
	return "it"
}

// kindOf is what is known of a value.
func (w *walker) kindOf(x ast.Expr) kind {
	switch x := x.(type) {
	case *ast.IdentExpr:
		if scope := w.scopeOf(x.Value); scope != nil {
			return scope[x.Value]
		}
		return globalKinds[x.Value]
	case *ast.AttrGetExpr:
		if key, ok := x.Key.(*ast.StringExpr); ok && key.Value == "request" && w.kindOf(x.Object) == responseKind {
			return requestKind
		}
	case *ast.FuncCallExpr:
		if name, ok := w.requireName(x); ok {
			return kind(modulePrefix + name)
		}
		if f, ok := x.Func.(*ast.AttrGetExpr); ok && w.isGlobal(f.Object, "http") {
			return responseKind
		}
	}
	return unknown
}

// line is where x stands; some expressions have the line of their end only.
func line(x ast.PositionHolder) int { return max(x.Line(), 1) }
