package router

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"

	"tandem/clock"
	"tandem/modes"
	"tandem/nvram"
)

// hostKeyFile is where NVRAM keeps the router's RSA key. Routers have a file
// of that name, and its content is nobody's to read.
const hostKeyFile = "nvram:private-config"

// pemType is the PEM block of the key (PKCS #8).
const pemType = "PRIVATE KEY"

// firstKeyBits is the size of the key that a router makes by itself.
const firstKeyBits = 2048

// hostKey is the key that SSH identifies the router by.
type hostKey struct {
	*rsa.PrivateKey
	name       string // that the user gave it, "" for the router's own
	exportable bool
}

// Headers of the PEM block.
const (
	headerName       = "Name"
	headerExportable = "Exportable"
)

// smallestKey is what the cryptography of this program still computes with;
// smaller ones, which routers take, become as large.
const smallestKey = 1024

// newHostKey makes a key. It is not drawn from the seed of a virtual lab: a
// key that can be guessed would be none.
func newHostKey(bits int) (*hostKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, max(bits, smallestKey))
	if err != nil {
		return nil, fmt.Errorf("host key: %w", err)
	}
	return &hostKey{PrivateKey: key}, nil
}

func (k *hostKey) store(s *nvram.Store) error {
	der, err := x509.MarshalPKCS8PrivateKey(k.PrivateKey)
	if err != nil {
		return fmt.Errorf("router: host key: %w", err)
	}
	block := pem.Block{Type: pemType, Bytes: der, Headers: map[string]string{}}
	if k.name != "" {
		block.Headers[headerName] = k.name
	}
	if k.exportable {
		block.Headers[headerExportable] = "yes"
	}
	return s.Write(hostKeyFile, pem.EncodeToMemory(&block))
}

// loadHostKey reads the key of an earlier boot, nil when there is none.
func loadHostKey(s *nvram.Store) (*hostKey, error) {
	text, err := s.Read(hostKeyFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != pemType {
		return nil, fmt.Errorf("router: %s holds no key", hostKeyFile)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("router: %s: %w", hostKeyFile, err)
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("router: %s holds no RSA key", hostKeyFile)
	}
	_, exportable := block.Headers[headerExportable]
	return &hostKey{PrivateKey: private, name: block.Headers[headerName], exportable: exportable}, nil
}

// HostKey implements modes.Device.
func (r *Router) HostKey() modes.HostKey {
	if r.key == nil {
		return modes.HostKey{}
	}
	public, err := x509.MarshalPKIXPublicKey(&r.key.PublicKey)
	if err != nil {
		return modes.HostKey{} // no RSA key fails so
	}
	return modes.HostKey{Name: r.key.name, Exportable: r.key.exportable, Public: public}
}

// PrivateKey returns the key of SSH, nil when there is none.
func (r *Router) PrivateKey() *rsa.PrivateKey {
	if r.key == nil {
		return nil
	}
	return r.key.PrivateKey
}

// NewHostKey makes the key of a router that has none. It takes up to a second,
// so it belongs to no router's goroutine.
func NewHostKey() (*rsa.PrivateKey, error) {
	key, err := newHostKey(firstKeyBits)
	if err != nil {
		return nil, err
	}
	return key.PrivateKey, nil
}

// AdoptHostKey gives the router a key, unless it has one: a lab's router is to
// be reached by SSH without "crypto key generate rsa" being typed first.
func (r *Router) AdoptHostKey(now clock.Time, key *rsa.PrivateKey) error {
	r.begin(now)
	defer r.settle()
	if r.key != nil {
		return nil
	}
	return r.adoptHostKey(&hostKey{PrivateKey: key})
}

func (r *Router) adoptHostKey(key *hostKey) error {
	if err := key.store(r.Store); err != nil {
		return err
	}
	r.key = key
	return nil
}
