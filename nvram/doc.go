// Package nvram keeps what survives a power loss: the startup configuration
// and other small files of nvram: and flash:. A file is replaced as a whole:
// after a kill or a power loss at any moment it holds the old content or the
// new, never a mixture, and damage done from outside is detected and named.
//
//	s, err := nvram.Open(dir, nvram.Usable(479)) // or nvram.NewMemory(...)
//	defer s.Close()
//	text, err := s.Startup() // errors.Is(err, nvram.ErrEmpty): never saved
//	err = s.WriteStartup(listing)
//	err = s.Write("flash:backup-1", listing)
//
// A directory belongs to one Store at a time, over all processes of the host.
// A Store belongs to one goroutine.
package nvram
