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
	from, to := location{system: systemFiles, name: runningConfig}, location{system: nvramFiles, name: startupConfig}
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

// showIncremental lists what merging a file would add: the file is read over
// the running configuration, so that it may be a part of one and in any style.
func showIncremental(x *Exec, a parser.Args) {
	l := locate(a.Get("file"))
	content, err := x.Device.ReadFile(l.file())
	if err != nil {
		x.Printf("%%Error opening %s (%s)\n", l, fileError(err))
		return
	}
	running := config.Print(x.Device.Config(), config.IOS, config.Layout{})
	merged, refused, err := x.Device.Preview([]byte(strings.TrimSuffix(running, "end\n") + string(content)))
	if err != nil {
		x.Print(refusal(err) + "\n")
		return
	}
	x.Print("!List of Commands:\n" + script(config.Plan(config.Diff(x.Device.Config(), merged, config.IOS))))
	for _, line := range refused {
		x.Print(line + "\n")
	}
	x.Print("end\n")
}
