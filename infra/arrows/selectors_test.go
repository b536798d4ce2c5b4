package arrows

import (
	"go/ast"
	"strconv"
)

// selectors are the uses of imported packages by their own names: "time.Now".
func selectors(f *ast.File) []string {
	imported := map[string]bool{}
	for _, i := range f.Imports {
		if path, err := strconv.Unquote(i.Path.Value); err == nil && i.Name == nil {
			imported[path] = true
		}
	}
	var all []string
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && imported[x.Name] {
				all = append(all, x.Name+"."+s.Sel.Name)
			}
		}
		return true
	})
	return all
}
