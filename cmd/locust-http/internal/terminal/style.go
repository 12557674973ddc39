package terminal

// Style colours text, or leaves it as it is.
type Style struct{ Colour bool }

// The few colours that are used, as SGR parameters (ECMA-48 8.3.117).
const (
	bold   = "1"
	faint  = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
)

func (s Style) paint(sgr, text string) string {
	if !s.Colour || sgr == "" || text == "" {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[0m"
}
