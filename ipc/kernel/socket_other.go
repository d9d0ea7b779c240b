//go:build !linux || 386

package kernel

import "tandem/ipc/sctp"

// Available returns ErrUnsupported: this back end knows Linux only.
func Available() error { return ErrUnsupported }

func dial(sctp.Config, <-chan struct{}) (conn, error) { return nil, ErrUnsupported }

func why(error) sctp.Why { return sctp.Unreachable }
