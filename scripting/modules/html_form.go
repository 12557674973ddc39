package modules

import (
	"strings"

	"github.com/andybalholm/cascadia"
	lua "github.com/yuin/gopher-lua"
	"golang.org/x/net/html"
)

func htmlForm(a args) int {
	root := a.parse()
	selector, err := cascadia.ParseGroup(a.optString(2, "selector", "form"))
	if err != nil {
		a.bad(2, "selector", "is not a CSS selector: "+err.Error())
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" && selector.Match(n) {
			return a.push(a.form(n))
		}
	}
	return a.push(lua.LNil)
}

func (a args) form(form *html.Node) *lua.LTable {
	t, fields := a.L.NewTable(), a.L.NewTable()
	t.RawSetString("action", lua.LString(attribute(form, "action")))
	method := strings.ToUpper(attribute(form, "method"))
	if method == "" {
		method = "GET"
	}
	t.RawSetString("method", lua.LString(method))
	t.RawSetString("fields", fields)
	for n := range form.Descendants() {
		name := attribute(n, "name")
		if n.Type != html.ElementNode || name == "" || hasAttribute(n, "disabled") {
			continue
		}
		for _, v := range fieldValues(n) {
			a.addValue(fields, name, lua.LString(v))
		}
	}
	return t
}

// fieldValues are what a browser sends of a field that nobody has touched.
func fieldValues(n *html.Node) []string {
	switch n.Data {
	case "input":
		switch strings.ToLower(attribute(n, "type")) {
		case "submit", "button", "reset", "image", "file":
			return nil
		case "checkbox", "radio":
			if !hasAttribute(n, "checked") {
				return nil
			}
			if !hasAttribute(n, "value") {
				return []string{"on"}
			}
		}
		return []string{attribute(n, "value")}
	case "textarea":
		return []string{strings.TrimPrefix(textOf(n), "\n")}
	case "select":
		return selected(n)
	}
	return nil
}

// selected are the chosen options; of a list that allows one, the first when none is.
func selected(list *html.Node) []string {
	var chosen []string
	first, any := "", false
	for n := range list.Descendants() {
		if n.Type != html.ElementNode || n.Data != "option" || hasAttribute(n, "disabled") {
			continue
		}
		v := strings.TrimSpace(textOf(n))
		if hasAttribute(n, "value") {
			v = attribute(n, "value")
		}
		if !any {
			first, any = v, true
		}
		if hasAttribute(n, "selected") {
			chosen = append(chosen, v)
		}
	}
	if hasAttribute(list, "multiple") {
		return chosen
	}
	if len(chosen) > 0 {
		return chosen[len(chosen)-1:]
	}
	if any {
		return []string{first}
	}
	return nil
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttribute(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func textOf(n *html.Node) string {
	var text strings.Builder
	for kid := range n.Descendants() {
		if kid.Type == html.TextNode {
			text.WriteString(kid.Data)
		}
	}
	return text.String()
}
