package scripting

import (
	"net/url"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/value"
)

// setBody makes the body that one of the keys json, form, text, body and multipart says.
func (o *options) setBody(key string, v lua.LValue) {
	o.call.HasBody = true
	switch key {
	case "json":
		body, err := value.AppendJSON(o.L, nil, v)
		if err != nil {
			value.Raise(o.L, o.name+": json", err)
		}
		o.call.Body, o.kind = body, "application/json"
	case "form":
		var body []byte
		o.each("form", v, func(name, value string) {
			if len(body) > 0 {
				body = append(body, '&')
			}
			body = append(body, url.QueryEscape(name)+"="+url.QueryEscape(value)...)
		})
		o.call.Body, o.kind = body, formType
	case "text":
		o.call.Body, o.kind = []byte(o.bodyText(key, v)), "text/plain; charset=utf-8"
	case "body":
		o.call.Body = []byte(o.bodyText(key, v))
	case "multipart":
		o.call.HasBody = false
		o.multipart(v)
	}
}

func (o *options) bodyText(key string, v lua.LValue) string {
	text, ok := textOf(v)
	if !ok {
		o.wrong("%s must be a text, not %s", key, article(v))
	}
	return text
}

// multipart is a list of parts, or values by name.
func (o *options) multipart(v lua.LValue) {
	t, ok := v.(*lua.LTable)
	if !ok {
		o.wrong("multipart must be a table, not %s", article(v))
	}
	length := t.Len() // once: it looks through what was removed at the end of a list
	if length == 0 {
		o.each("multipart", v, func(name, value string) {
			o.call.Parts = append(o.call.Parts, Part{Name: name, Value: value})
		})
	}
	for i := 1; i <= length; i++ {
		mayGoOn(o.L)
		fields, ok := t.RawGetInt(i).(*lua.LTable)
		if !ok {
			o.wrong(`multipart[%d] must be a table: {name = "file", file = "a.png"}`, i)
		}
		o.call.Parts = append(o.call.Parts, o.part(i, fields))
	}
	if len(o.call.Parts) == 0 {
		o.wrong("multipart has no parts")
	}
}

func (o *options) part(i int, fields *lua.LTable) Part {
	var p Part
	hasValue := false
	for key, v := fields.Next(lua.LNil); key != lua.LNil; key, v = fields.Next(key) {
		name := key.String()
		switch name {
		case "name":
			p.Name = o.partText(name, v)
		case "value":
			p.Value, hasValue = o.fieldText("multipart", name, v), true
		case "file":
			p.File = o.partText(name, v)
		case "filename":
			p.Filename = o.partText(name, v)
		case "type":
			p.Type = o.partText(name, v)
		default:
			o.wrong("multipart[%d]: unknown key `%s`%s", i, clip(name, 60), didYouMean(name, []string{"name", "value", "file", "filename", "type"}))
		}
	}
	if p.Name == "" {
		o.wrong("multipart[%d] has no name", i)
	}
	if hasValue == (p.File != "") {
		o.wrong("multipart[%d] takes either value or file", i)
	}
	return p
}

// partText is what one key of a part says.
func (o *options) partText(key string, v lua.LValue) string {
	text := o.text(key+" of a part", v)
	o.spend(len(text))
	return text
}
