package modes

import (
	"slices"
	"strings"

	"tandem/nvram"
	"tandem/parser"
)

// Directories of flash:. The device knows them as files whose names end in a
// slash (nvram/name.go). The dialogues are remembered.
func folderCommands() []Declaration {
	return []Declaration{
		Command{Syntax: "mkdir [<file:file>]", Privilege: 15, Run: makeFolder, Help: Words{"mkdir": "Create new directory", "file": "Directory name"}},
		Command{Syntax: "rmdir [<file:file>]", Privilege: 15, Run: removeFolder, Help: Words{"rmdir": "Remove existing directory", "file": "Directory name"}},
	}
}

// isFolder reports whether a location is a directory, the root included.
func isFolder(d Device, l location) bool {
	return !l.remote() && (l.name == "" || slices.Contains(d.ListFiles(l.system), l.system+l.folder()))
}

// folder is the name of the location as that of a directory: "configs/".
func (l location) folder() string {
	if l.name == "" {
		return ""
	}
	return strings.TrimSuffix(l.name, "/") + "/"
}

// upper is the directory that holds a directory: "a/" of "a/b/".
func upper(folder string) string {
	return folder[:strings.LastIndexByte(strings.TrimSuffix(folder, "/"), '/')+1]
}

// within cuts what is directly in a directory off a file's name: "x", or "b/"
// for a directory; ok is false for what is elsewhere or deeper.
func within(f nvram.File, l location) (name string, ok bool) {
	name, ok = strings.CutPrefix(f.Name, l.system+l.name)
	return name, ok && name != "" && !strings.Contains(strings.TrimSuffix(name, "/"), "/")
}

func makeFolder(x *Exec, a parser.Args) {
	askFolder(x, a, "Create directory filename", func(x *Exec, l location) {
		err := error(nvram.ErrName)
		if l.system == flashFiles {
			err = x.Device.WriteFile(x.Now, l.system+l.folder(), nil)
		}
		if err != nil {
			x.Printf("%%Error Creating dir %s (%s)\n", l, fileError(err))
			return
		}
		x.Printf("Created dir %s\n", l)
	})
}

func removeFolder(x *Exec, a parser.Args) {
	askFolder(x, a, "Remove directory filename", func(x *Exec, l location) {
		remove := func(x *Exec) {
			if err := x.Device.DeleteFile(x.Now, l.system+l.folder()); err != nil {
				x.Printf("%%Error Removing dir %s (%s)\n", l, fileError(err))
				return
			}
			x.Printf("Removed dir %s\n", l)
		}
		if quiet(x) {
			remove(x)
			return
		}
		x.Confirm("Delete "+l.String()+"? [confirm]", remove)
	})
}

// askFolder asks for the name of a directory.
func askFolder(x *Exec, a parser.Args, question string, then func(x *Exec, l location)) {
	l := location{system: x.Shell.home()}
	if a.Has("file") {
		l = x.Shell.locate(a.Get("file"))
	}
	l.name = strings.TrimSuffix(l.name, "/")
	ask(x, question, l.name, func(x *Exec, answer string) {
		l.name = strings.Trim(answer, "/")
		then(x, l)
	})
}
