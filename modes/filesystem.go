package modes

import (
	"crypto/md5"
	"slices"
	"strings"

	"tandem/parser"
)

// erase empties a file system: nvram: with the startup configuration, or
// flash:.
func erase(x *Exec, a parser.Args) {
	name := "nvram"
	if a.Has("flash:") {
		name = "flash"
	}
	what := "all configuration files"
	if name == "flash" {
		what = "all files"
	}
	x.Confirm("Erasing the "+name+" filesystem will remove "+what+"! Continue? [confirm]", func(x *Exec) {
		if err := eraseAll(x, name); err != nil {
			x.Print(refusal(err) + "\n")
			return
		}
		x.Print("[OK]\nErase of " + name + ": complete\n")
	})
}

func eraseAll(x *Exec, name string) error {
	if name == "nvram" {
		return x.Device.EraseStartup(x.Now)
	}
	for _, f := range slices.Backward(x.Device.ListFiles(flashFiles)) { // what is in a directory before it
		if err := x.Device.DeleteFile(x.Now, f); err != nil {
			return err
		}
	}
	return nil
}

// format empties flash: after asking twice; the text is remembered.
func format(x *Exec, _ parser.Args) {
	x.Confirm("Format operation may take a while. Continue? [confirm]", func(x *Exec) {
		x.Confirm("Format operation will destroy all data in \"flash:\".  Continue? [confirm]", func(x *Exec) {
			if err := eraseAll(x, "flash"); err != nil {
				x.Print(refusal(err) + "\n")
				return
			}
			total, _ := space(x.Device, flashFiles)
			x.Printf("Format: Total sectors in formatted partition: %d\nFormat: Total bytes in formatted partition: %d\n"+
				"Format: Operation completed successfully.\n\nFormat of flash: complete\n", total/sectorBytes, total)
		})
	})
}

// sectorBytes is the sector of an ATA flash card.
const sectorBytes = 512

func more(x *Exec, a parser.Args) {
	l := x.Shell.locate(a.Get("file"))
	content, err := x.Device.ReadFile(l.file())
	if err != nil {
		x.Printf("%%Error opening %s (%s)\n", l, fileError(err))
		return
	}
	x.Print(string(content))
}

func deleteFile(x *Exec, a parser.Args) {
	l := x.Shell.locate(a.Get("file"))
	remove := func(x *Exec) {
		if err := x.Device.DeleteFile(x.Now, l.file()); err != nil {
			x.Printf("%%Error deleting %s (%s)\n", l, fileError(err))
		}
	}
	if a.Has("/force") {
		remove(x)
		return
	}
	ask(x, "Delete filename", l.name, func(x *Exec, answer string) {
		l.name = strings.TrimPrefix(answer, "/")
		if quiet(x) {
			remove(x)
			return
		}
		x.Confirm("Delete "+l.String()+"? [confirm]", remove)
	})
}

// renameFile writes the new file before the old one goes: nothing is lost
// whenever the power fails.
func renameFile(x *Exec, a parser.Args) {
	from, to := x.Shell.locate(a.Get("old")), x.Shell.locate(a.Get("new"))
	ask(x, "Destination filename", to.name, func(x *Exec, answer string) {
		to.name = strings.TrimPrefix(answer, "/")
		content, err := x.Device.ReadFile(from.file())
		if err == nil && from.file() != to.file() {
			if _, there := x.Device.ReadFile(to.file()); there == nil {
				x.Printf("%%Error renaming %s (File exists)\n", from)
				return
			}
			if err = x.Device.WriteFile(x.Now, to.file(), content); err == nil {
				err = x.Device.DeleteFile(x.Now, from.file())
			}
		}
		if err != nil {
			x.Printf("%%Error renaming %s (%s)\n", from, fileError(err))
		}
	})
}

func verifyFile(x *Exec, a parser.Args) {
	l := x.Shell.locate(a.Get("file"))
	content, err := x.Device.ReadFile(l.file())
	switch {
	case err != nil:
		x.Printf("%%Error verifying %s (%s)\n", l, fileError(err))
	case a.Has("/md5"):
		x.Printf("%sDone!\nverify /md5 (%s) = %x\n", strings.Repeat(".", 1+len(content)/512), l, md5.Sum(content))
	default:
		x.Printf("Verifying file integrity of %s%sDone!\n", l, strings.Repeat(".", 1+len(content)/512))
	}
}
