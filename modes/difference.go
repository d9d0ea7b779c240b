package modes

import (
	"strings"

	"tandem/config"
	"tandem/parser"
)

// readTree reads a file as the configuration it would boot into; the running
// configuration is the device's own.
func readTree(x *Exec, l location) (tree *config.Tree, refused []string, err error) {
	if l.running() {
		return x.Device.Config(), nil, nil
	}
	content, err := x.Device.ReadFile(l.file())
	if err != nil {
		return nil, nil, Refuse("%%Error opening %s (%s)", l, fileError(err))
	}
	return x.Device.Preview(content)
}

// showDifferences lists what turns the first file into the second (reference
// cli 3). Without names the two are the running and the startup configuration;
// with one, that file and the running configuration.
func showDifferences(x *Exec, a parser.Args) {
	from, to := location{systemFiles, "", runningConfig}, location{nvramFiles, "", startupConfig}
	switch {
	case a.Has("file2"):
		from, to = locate(a.Get("file1")), locate(a.Get("file2"))
	case a.Has("file1"):
		from, to = locate(a.Get("file1")), from
	}
	var trees [2]*config.Tree
	for i, l := range []location{from, to} {
		var err error
		if trees[i], _, err = readTree(x, l); err != nil {
			x.Print(refusal(err) + "\n")
			return
		}
	}
	x.Print("!Contextual Config Diffs:\n")
	changes := config.Diff(trees[0], trees[1], x.Device.Style())
	for _, c := range changes {
		x.Print(strings.Join(c.Lines(), "\n") + "\n")
	}
	if len(changes) == 0 {
		x.Print("!No changes were found\n")
	}
}

// showIncremental lists the lines of a file that the running configuration
// lacks: what merging it would add.
func showIncremental(x *Exec, a parser.Args) {
	l := locate(a.Get("file"))
	content, err := x.Device.ReadFile(l.file())
	if err != nil {
		x.Printf("%%Error opening %s (%s)\n", l, fileError(err))
		return
	}
	x.Print("!List of Commands:\n")
	for _, line := range lacking(string(content), config.Print(x.Device.Config(), config.IOS, config.Layout{})) {
		x.Print(line + "\n")
	}
	x.Print("end\n")
}

// lacking returns the lines of text that running has not under the same
// headers, each block's header before its lines.
func lacking(text, running string) []string {
	have := map[string]bool{}
	walkLines(running, func(path []string) { have[strings.Join(path, "\n")] = true })
	var out []string
	var shown []string // headers printed last
	walkLines(text, func(path []string) {
		if have[strings.Join(path, "\n")] {
			return
		}
		for depth, line := range path {
			if depth < len(shown) && shown[depth] == line && depth < len(path)-1 {
				continue
			}
			shown = shown[:min(depth, len(shown))]
			out = append(out, strings.Repeat(" ", depth)+line)
		}
		shown = append(shown[:0:0], path...)
	})
	return out
}

// walkLines visits every line of a listing with its headers before it, told
// by indentation.
func walkLines(text string, visit func(path []string)) {
	var path []string
	var indents []int
	for line := range strings.SplitSeq(text, "\n") {
		body := strings.Join(strings.Fields(line), " ")
		if body == "" || body[0] == '!' || body == "end" {
			continue
		}
		indent := len(line) - len(strings.TrimLeft(line, " "))
		for len(indents) > 0 && indents[len(indents)-1] >= indent {
			path, indents = path[:len(path)-1], indents[:len(indents)-1]
		}
		path, indents = append(path, body), append(indents, indent)
		visit(path)
	}
}
