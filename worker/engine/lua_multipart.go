package engine

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"path"
	"strings"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/scripting"
	"github.com/locust-http/locust-http/worker/send"
)

// multipart makes the body of a request of a script (RFC 7578). Files are those that the
// plan lets bodies read, and are streamed.
func (u *user) multipart(parts []scripting.Part) error {
	k := u.kit
	body := bytes.NewBuffer(k.body[:0])
	w := multipart.NewWriter(body)
	k.parts = k.parts[:0]
	var ends []int // of the bytes before each file
	for i := range parts {
		p := &parts[i]
		to, err := w.CreatePart(partHeader(p))
		if err != nil {
			return fmt.Errorf("part %s: %w", p.Name, err)
		}
		if p.File == "" {
			// A bytes.Buffer takes everything.
			_, _ = to.Write([]byte(p.Value))
			continue
		}
		name, err := load.CleanPath(p.File)
		if err != nil {
			return fmt.Errorf("part %s: %w", p.Name, err)
		}
		file, err := u.run.files.body([]byte(name))
		if err != nil {
			return fmt.Errorf("part %s: %w", p.Name, err)
		}
		k.files = append(k.files, file)
		ends = append(ends, body.Len())
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("multipart body: %w", err)
	}
	k.body = body.Bytes()
	if err := k.exchange.ReplaceHeader("Content-Type", w.FormDataContentType()); err != nil {
		return err
	}
	if len(ends) == 0 {
		k.exchange.SetBody(k.body)
		return nil
	}
	from := 0
	for i, end := range ends {
		k.parts = append(k.parts, send.BodyPart{Bytes: k.body[from:end]}, k.files[i].part())
		from = end
	}
	k.parts = append(k.parts, send.BodyPart{Bytes: k.body[from:]})
	k.exchange.SetParts(k.parts)
	return nil
}

func partHeader(p *scripting.Part) textproto.MIMEHeader {
	filename, kind := p.Filename, p.Type
	if p.File != "" && filename == "" {
		filename = path.Base(p.File)
	}
	disposition := `form-data; name="` + filenameText(p.Name) + `"`
	if filename != "" {
		disposition += `; filename="` + filenameText(filename) + `"`
		if kind == "" {
			kind = plan.TypeOf(filename)
		}
	}
	h := textproto.MIMEHeader{"Content-Disposition": {disposition}}
	if kind != "" {
		h.Set("Content-Type", oneLine.Replace(kind))
	}
	return h
}

// oneLine keeps a value from ending its line.
var oneLine = strings.NewReplacer("\r", " ", "\n", " ")

// filenameText is a name as browsers write it in a Content-Disposition (WHATWG, multipart/form-data).
func filenameText(name string) string {
	return strings.NewReplacer("\r", "%0D", "\n", "%0A", `"`, "%22").Replace(name)
}
