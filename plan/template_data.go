package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// secretPrefix begins a placeholder of a secret: {{secret.NAME}}.
const secretPrefix = "secret."

// dotted resolves a placeholder with a dot in its name: a secret, or a column of a data
// file. The column is everything after the first dot; one that is no word is quoted:
// {{accounts.'first name'}}.
func (c *compiler) dotted(path string, g *segment, x *part) bool {
	source, column, _ := strings.Cut(g.name, ".")
	if column == "" && len(x.call.args) == 1 && x.call.args[0].quoted {
		column = x.call.args[0].text
		g.name = source + "." + column
	} else if len(x.call.args) > 0 {
		c.issue(path, "a filter comes after a bar: {{name | urlencode}}; a column that is no word is quoted: {{"+source+".'first name'}}",
			"%s: a column takes no arguments", x.source)
		return false
	}
	if source+"." == secretPrefix {
		return c.secret(path, g, x, column)
	}
	number, known := c.sources[source]
	switch {
	case !known:
		c.unknown(path, c.closestSource(source), "%s: unknown data source %s", x.source, source)
	case column == "":
		c.issue(path, "write {{"+source+".name}}", "%s: the column is missing", x.source)
	case c.constant:
		c.issue(path, perUser, "%s: a variable of the plan is a constant, and a row of data is not", x.source)
	default:
		g.kind, g.slot, g.column = dataSegment, number, c.column(path, number, column)
		return true
	}
	return false
}

const perUser = "evaluate it for each user with set: in a step"

// secret takes note of a secret. Constants may be shown, so no secret is in them.
func (c *compiler) secret(path string, g *segment, x *part, name string) bool {
	switch {
	case !load.IsSecretName(name):
		c.issue(path, "", "%s: %q is no name for a secret: letters, digits and _", x.source, name)
	case c.constant:
		c.issue(path, "write "+x.source+" where it is needed", "%s: a variable of the plan may be shown, and a secret never is", x.source)
	default:
		g.kind, g.name = secretSegment, name
		c.secrets[name] = true
		return true
	}
	return false
}

func (c *compiler) closestSource(name string) string {
	if _, variable := c.slots[name]; variable {
		return "a variable has no parts: take out what you need with extract"
	}
	return c.closest(name, c.sourceNames)
}

// column is the number of a column in the rows of a source. The step being compiled
// needs them.
func (c *compiler) column(path string, source int, name string) int {
	c.needed[source] = true
	d := &c.data[source]
	key := d.Source.Name + "." + name
	if i, ok := c.columns[key]; ok {
		return i
	}
	c.columns[key] = len(d.Columns)
	d.Columns, d.Paths = append(d.Columns, name), append(d.Paths, path)
	return len(d.Columns) - 1
}

// takeNeeded is the sources that have been asked for since it was called before.
func (c *compiler) takeNeeded() []int {
	numbers := slices.Sorted(maps.Keys(c.needed))
	clear(c.needed)
	return numbers
}

// need adds sources that something asks for which many steps share.
func (c *compiler) need(sources []int) {
	for _, number := range sources {
		c.needed[number] = true
	}
}

// row is the value of a column in the row that this user has.
func (s *Scope) row(source, column int) load.Value {
	if source < len(s.Rows) && column < len(s.Rows[source]) {
		return s.Rows[source][column]
	}
	return load.Value{}
}

// noColumn is why {{source.column}} has no value.
func (s *Scope) noColumn(source int, name string) error {
	data, column, _ := strings.Cut(name, ".")
	if source >= len(s.Rows) || s.Rows[source] == nil {
		return &ExpandError{load.ClassUnsetVariable, "data " + data + ": there is no row for column " + column}
	}
	return &ExpandError{load.ClassUnsetVariable, "data " + data + ": the row has no column " + column}
}

// hasSecret says that the expanded text must not be shown.
func (t template) hasSecret() bool {
	return slices.ContainsFunc(t, func(g segment) bool { return g.kind == secretSegment })
}
