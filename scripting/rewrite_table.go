package scripting

import (
	"slices"
	"strconv"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// batch is how many items of a list gopher-lua puts into a table at once. When a batch is
// just full it does the same again for what follows: `{<50 items>, k = f()}` writes the
// value of k over the first item, and `{<50 items>, f()}` what f returns.
const batch = 50 // lua.FieldsPerFlush

// table says a long list so that it is compiled well: names come first, and what a last
// call returns is put behind a list whose batches are full by endFunction.
func (r *rewriter) table(t *ast.TableExpr) ast.Expr {
	items := 0
	for _, f := range t.Fields {
		if f.Key == nil {
			items++
		}
	}
	if items < batch {
		return t
	}
	tail := t.Fields[len(t.Fields)-1] // its values are as many as there are only at the end
	slices.SortStableFunc(t.Fields, func(a, b *ast.Field) int { return rank(a) - rank(b) })
	last := t.Fields[len(t.Fields)-1]
	if last != tail {
		single(last.Value)
		return t
	}
	if !open(last.Value) || (items-1)%batch != 0 {
		return t
	}
	t.Fields = t.Fields[:len(t.Fields)-1]
	function := at(&ast.StringExpr{Value: r.marker + endMarker}, t)
	length := at(&ast.NumberExpr{Value: strconv.Itoa(items - 1)}, t)
	return at(&ast.FuncCallExpr{Func: function, Args: []ast.Expr{t, length, last.Value}, AdjustRet: true}, t)
}

// rank sorts fields with names before items.
func rank(f *ast.Field) int {
	if f.Key == nil {
		return 1
	}
	return 0
}

const endMarker = " end"

// endFunction is end(list, length, values…): the list with the values behind its length.
var endFunction = function(func(L *lua.LState) int {
	list, length := L.CheckTable(1), L.CheckInt(2)
	for i := 3; i <= L.GetTop(); i++ {
		list.RawSetInt(length+i-2, L.Get(i))
	}
	L.SetTop(1)
	return 1
})
