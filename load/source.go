package load

// Source is one Lua text of a run. Whoever starts a run resolves them all: from then on
// the run keeps its own copy, whatever happens to the files of the workspace.
type Source struct {
	// Path is where the plan has the script: "script", "transactions[0].script",
	// "transactions[0].steps[2].script", "blocks.refresh[0].script". Empty: a library.
	Path string
	// Library is the name by which require finds it; empty: a script of the plan.
	Library string
	// File is what errors call it: the plan's file, or a path of the workspace.
	File string
	// Line is the line of File at which Text begins, from 1; 0 counts as 1.
	Line int
	// Indent is how many characters stand before each line of Text in File.
	Indent int
	Text   string
}

// Bounds of the Lua of a run.
const (
	MaxSource    = 256 << 10 // bytes of one text
	MaxLibraries = 64        // that one run can require
	MaxMetrics   = 50        // trends that scripts of one run can make
)

// ScriptsFolder is the folder of a workspace that has its libraries.
const ScriptsFolder = "scripts"
