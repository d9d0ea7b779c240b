package nvram

// What the tests reach below the exported API.
var (
	Encode   = encode
	Decode   = decode
	HeaderOf = headerOf
)

// OpenCounted opens the store in dir and calls step before each operation that
// changes the disk.
func OpenCounted(dir string, size int, step func()) (*Store, error) {
	disk, unlock, err := openDir(dir)
	if err != nil {
		return nil, err
	}
	s, err := newStore(disk, size)
	if err != nil {
		return nil, err
	}
	s.disk, s.unlock = counted{disk, step}, unlock
	return s, nil
}

// counted announces each operation.
type counted struct {
	system
	step func()
}

func (c counted) create(p string) (output, error) {
	c.step()
	w, err := c.system.create(p)
	return countedOutput{w, c.step}, err
}

func (c counted) rename(from, to string) error { c.step(); return c.system.rename(from, to) }
func (c counted) remove(p string) error        { c.step(); return c.system.remove(p) }
func (c counted) syncDir(p string) error       { c.step(); return c.system.syncDir(p) }

type countedOutput struct {
	output
	step func()
}

// Write writes in two parts with a step between, so that a kill can leave half.
func (c countedOutput) Write(b []byte) (int, error) {
	c.step()
	n, err := c.output.Write(b[:len(b)/2])
	if err != nil {
		return n, err
	}
	c.step()
	m, err := c.output.Write(b[len(b)/2:])
	return n + m, err
}

func (c countedOutput) Sync() error  { c.step(); return c.output.Sync() }
func (c countedOutput) Close() error { c.step(); return c.output.Close() }
