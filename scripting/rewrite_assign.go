package scripting

import (
	"fmt"

	"github.com/yuin/gopher-lua/ast"
)

// assignment says an assignment so that it is compiled well. gopher-lua writes to a local
// variable while values on the right are still to be read: `a, b = b, a` gives both the
// value of b, and `s = (f(s))`, with s the last parameter, calls f with f.
func assignment(s *ast.AssignStmt) ast.Stmt {
	if len(s.Lhs) == 1 && len(s.Rhs) == 1 {
		if call, ok := s.Rhs[0].(*ast.FuncCallExpr); ok {
			call.AdjustRet = false // one value is asked for
		}
		return s
	}
	set := variables(s.Lhs)
	if len(set) == 0 || len(s.Rhs) == 1 && open(s.Rhs[0]) {
		return s
	}
	var statements []ast.Stmt
	if tables := keepTargets(s, set); len(tables.Names) > 0 {
		statements = append(statements, tables)
	}
	names := hidden("value", len(s.Lhs))
	values := &ast.LocalAssignStmt{Names: names, Exprs: s.Rhs}
	targets := &ast.AssignStmt{Lhs: s.Lhs, Rhs: identifiers(names, s)}
	return doBlock(s, append(statements, values, targets))
}

// variables are the names of those that are assigned to.
func variables(targets []ast.Expr) map[string]bool {
	set := make(map[string]bool)
	for _, target := range targets {
		if variable, ok := target.(*ast.IdentExpr); ok {
			set[variable.Value] = true
		}
	}
	return set
}

// keepTargets keeps the tables of fields that are set, where their variables are set in the
// same statement: `list, list.next = list.next, nil` is about the field of the old list.
func keepTargets(s *ast.AssignStmt, set map[string]bool) *ast.LocalAssignStmt {
	tables := &ast.LocalAssignStmt{}
	for _, target := range s.Lhs {
		field, ok := target.(*ast.AttrGetExpr)
		if !ok {
			continue
		}
		if variable, ok := field.Object.(*ast.IdentExpr); ok && set[variable.Value] {
			name := fmt.Sprintf("(table %d)", len(tables.Names)+1)
			tables.Names = append(tables.Names, name)
			tables.Exprs = append(tables.Exprs, variable)
			field.Object = at(&ast.IdentExpr{Value: name}, s)
		}
	}
	return at(tables, s)
}

// iteration says a for over an iterator so that it is compiled well. Where it is not one
// call that gives all three of the function, the state and the first key, gopher-lua takes
// those that are missing from what is left in the registers: `for k, v in next, t` begins
// anywhere.
func iteration(s *ast.GenericForStmt) ast.Stmt {
	if len(s.Exprs) == 1 && open(s.Exprs[0]) {
		return s
	}
	names := hidden("iterator", 3)
	values := &ast.LocalAssignStmt{Names: names, Exprs: s.Exprs}
	s.Exprs = identifiers(names, s)
	return doBlock(s, []ast.Stmt{values, s})
}

// hidden are names of variables that no text can have.
func hidden(name string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("(%s %d)", name, i+1)
	}
	return names
}

func identifiers(names []string, where ast.PositionHolder) []ast.Expr {
	all := make([]ast.Expr, len(names))
	for i, name := range names {
		all[i] = at(&ast.IdentExpr{Value: name}, where)
	}
	return all
}

// doBlock is do … end in the place of a statement.
func doBlock(where ast.PositionHolder, statements []ast.Stmt) ast.Stmt {
	for _, s := range statements {
		at(s, where)
	}
	return at(&ast.DoBlockStmt{Stmts: statements}, where)
}

// at says that made stands where another node does.
func at[N ast.PositionHolder](made N, where ast.PositionHolder) N {
	made.SetLine(where.Line())
	made.SetLastLine(where.LastLine())
	return made
}
