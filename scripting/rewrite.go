package scripting

import (
	"crypto/rand"
	"fmt"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// rewriter changes the syntax tree of a text before it is compiled: chains of `..` become
// calls of concatFunction, and what gopher-lua 1.1.2 compiles wrongly is said in another
// way. Functions are not in the tree, which has no place for them: the constant of one is a
// text that nobody can guess, which fill replaces when the tree is compiled.
type rewriter struct {
	marker string
}

func newRewriter() *rewriter { return &rewriter{marker: rand.Text()} }

// fill puts the functions where the markers are, in the constants of proto and of all
// functions within. Only instructions that load a constant as a value refer to it there.
func (r *rewriter) fill(proto *lua.FunctionProto) {
	for i, c := range proto.Constants {
		switch c {
		case lua.LString(r.marker):
			proto.Constants[i] = concatFunction
		case lua.LString(r.marker + endMarker):
			proto.Constants[i] = endFunction
		}
	}
	for _, inner := range proto.FunctionPrototypes {
		r.fill(inner)
	}
}

// block rewrites statements in place.
func (r *rewriter) block(statements []ast.Stmt) {
	for i := range statements {
		statements[i] = r.statement(statements[i])
	}
}

func (r *rewriter) statement(statement ast.Stmt) ast.Stmt {
	switch s := statement.(type) {
	case *ast.AssignStmt:
		r.expressions(s.Lhs)
		r.expressions(s.Rhs)
		return assignment(s)
	case *ast.LocalAssignStmt:
		r.expressions(s.Exprs)
	case *ast.FuncCallStmt:
		s.Expr = r.expression(s.Expr)
	case *ast.DoBlockStmt:
		r.block(s.Stmts)
	case *ast.WhileStmt:
		s.Condition = r.expression(s.Condition)
		r.block(s.Stmts)
	case *ast.RepeatStmt:
		s.Condition = r.expression(s.Condition)
		r.block(s.Stmts)
	case *ast.IfStmt:
		s.Condition = r.expression(s.Condition)
		r.block(s.Then)
		r.block(s.Else)
	case *ast.NumberForStmt:
		s.Init, s.Limit, s.Step = r.expression(s.Init), r.expression(s.Limit), r.expression(s.Step)
		r.block(s.Stmts)
	case *ast.GenericForStmt:
		r.expressions(s.Exprs)
		r.block(s.Stmts)
		return iteration(s)
	case *ast.FuncDefStmt:
		r.block(s.Func.Stmts)
	case *ast.ReturnStmt:
		r.expressions(s.Exprs)
	case *ast.BreakStmt, *ast.LabelStmt, *ast.GotoStmt:
	default:
		panic(fmt.Sprintf("%T", statement))
	}
	return statement
}

func (r *rewriter) expressions(all []ast.Expr) {
	for i := range all {
		all[i] = r.expression(all[i])
	}
}

func (r *rewriter) expression(expression ast.Expr) ast.Expr {
	switch e := expression.(type) {
	case *ast.StringConcatOpExpr:
		return r.concat(e)
	case *ast.AttrGetExpr:
		e.Object, e.Key = r.expression(e.Object), r.expression(e.Key)
	case *ast.TableExpr:
		for _, f := range e.Fields {
			f.Key, f.Value = r.expression(f.Key), r.expression(f.Value)
		}
		return r.table(e)
	case *ast.FuncCallExpr:
		e.Func, e.Receiver = r.expression(e.Func), r.expression(e.Receiver)
		r.expressions(e.Args)
	case *ast.LogicalOpExpr:
		e.Lhs, e.Rhs = r.expression(e.Lhs), r.expression(e.Rhs)
	case *ast.RelationalOpExpr:
		e.Lhs, e.Rhs = r.expression(e.Lhs), r.expression(e.Rhs)
	case *ast.ArithmeticOpExpr:
		e.Lhs, e.Rhs = r.expression(e.Lhs), r.expression(e.Rhs)
	case *ast.UnaryMinusOpExpr:
		e.Expr = r.expression(e.Expr)
	case *ast.UnaryNotOpExpr:
		e.Expr = r.expression(e.Expr)
	case *ast.UnaryLenOpExpr:
		e.Expr = r.expression(e.Expr)
	case *ast.FunctionExpr:
		r.block(e.Stmts)
	case nil, *ast.TrueExpr, *ast.FalseExpr, *ast.NilExpr, *ast.NumberExpr, *ast.StringExpr, *ast.Comma3Expr, *ast.IdentExpr:
	default:
		panic(fmt.Sprintf("%T", expression))
	}
	return expression
}

// concat is a chain of `..` as a call. The operator binds to the right, so that brackets
// around what is on the right of one change nothing: it is a part of the chain. The call
// has one result, and as it says so it is no tail call, and keeps its line.
func (r *rewriter) concat(chain *ast.StringConcatOpExpr) ast.Expr {
	function := at(&ast.StringExpr{Value: r.marker}, chain)
	call := at(&ast.FuncCallExpr{Func: function, AdjustRet: true}, chain)
	for {
		call.Args = append(call.Args, r.expression(chain.Lhs))
		rest, ok := chain.Rhs.(*ast.StringConcatOpExpr)
		if !ok {
			call.Args = append(call.Args, single(r.expression(chain.Rhs)))
			return call
		}
		chain = rest
	}
}

// single makes an expression that may have several values have one.
func single(expression ast.Expr) ast.Expr {
	switch e := expression.(type) {
	case *ast.FuncCallExpr:
		e.AdjustRet = true
	case *ast.Comma3Expr:
		e.AdjustRet = true
	}
	return expression
}

// open says whether an expression has as many values as are asked for.
func open(expression ast.Expr) bool {
	switch e := expression.(type) {
	case *ast.FuncCallExpr:
		return !e.AdjustRet
	case *ast.Comma3Expr:
		return !e.AdjustRet
	}
	return false
}
