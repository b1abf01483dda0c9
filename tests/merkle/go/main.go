// Checks a log in a folder with Go's own code for logs (golang.org/x/mod/sumdb): notes, tiles, entries, proofs.
//
//	checker FOLDER VKEY [QUICK]    one line for each bad file, ends with 1 if there is any
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

var bad int

func report(path, why string) {
	bad++
	fmt.Printf("%s: %s\n", path, why)
}

func fatal(path, why string) {
	report(path, why)
	os.Exit(1)
}

// path is where C2SP tlog-tiles puts a tile: without the height, and entries instead of data.
func path(t tlog.Tile) string {
	p := strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", height))
	if rest := strings.TrimPrefix(p, "data/"); rest != p {
		return "tile/entries/" + rest
	}
	return "tile/" + p
}

// stored keeps all hashes of the tree in Go's own order.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		if at >= int64(len(s)) {
			return nil, fmt.Errorf("no hash %d", at)
		}
		found[i] = s[at]
	}
	return found, nil
}

func unpack(data []byte) ([][]byte, error) {
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 {
			return nil, fmt.Errorf("cut off")
		}
		n := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+n {
			return nil, fmt.Errorf("cut off")
		}
		entries, data = append(entries, data[2:2+n]), data[2+n:]
	}
	return entries, nil
}

// checkpoint opens the signed note. Stray bits at the end of base64 are refused as well, which note.Open lets pass.
func checkpoint(folder, vkey string) tlog.Tree {
	data, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		fatal("checkpoint", err.Error())
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		fatal("checkpoint", err.Error())
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		fatal("checkpoint", err.Error())
	}
	for _, signature := range opened.Sigs {
		if _, err := base64.StdEncoding.Strict().DecodeString(signature.Base64); err != nil {
			fatal("checkpoint", err.Error())
		}
	}
	lines := strings.SplitN(opened.Text, "\n", 4)
	var tree tlog.Tree
	if len(lines) != 4 {
		fatal("checkpoint", "too few lines")
	}
	if _, err := fmt.Sscanf(lines[1], "%d", &tree.N); err != nil {
		fatal("checkpoint", err.Error())
	}
	if tree.Hash, err = tlog.ParseHash(lines[2]); err != nil {
		fatal("checkpoint", err.Error())
	}
	return tree
}

func main() {
	folder := os.Args[1]
	tree := checkpoint(folder, os.Args[2])
	hashes := make(stored, 0, tlog.StoredHashCount(tree.N))
	for n := int64(0); n*256 < tree.N; n++ {
		width := 256
		if tree.N-n*256 < 256 {
			width = int(tree.N - n*256)
		}
		where := path(tlog.Tile{H: height, L: -1, N: n, W: width})
		data, err := os.ReadFile(filepath.Join(folder, where))
		if err != nil {
			fatal(where, err.Error())
		}
		entries, err := unpack(data)
		if err != nil || len(entries) != width {
			fatal(where, "not a bundle of so many entries")
		}
		for i, entry := range entries {
			more, err := tlog.StoredHashes(n*256+int64(i), entry, hashes)
			if err != nil {
				fatal(where, err.Error())
			}
			hashes = append(hashes, more...)
		}
	}
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil || root != tree.Hash {
		report("checkpoint", "the entries lead to another root")
	}
	for _, tile := range tlog.NewTiles(height, 0, tree.N) {
		if tile.W < 256 && int64(tile.W) != tree.N>>(height*tile.L)%256 {
			continue // NewTiles names each narrower one, too
		}
		want, err := tlog.ReadTileData(tile, hashes)
		if err != nil {
			fatal(path(tile), err.Error())
		}
		data, err := os.ReadFile(filepath.Join(folder, path(tile)))
		if err != nil || !bytes.Equal(data, want) {
			report(path(tile), "does not follow from the entries")
		}
	}
	if len(os.Args) == 3 {
		proofs(tree, hashes)
	}
	fmt.Printf("%d leaves, %d bad\n", tree.N, bad)
	if bad > 0 {
		os.Exit(1)
	}
}

// proofs makes and checks a proof for some leaves and some older sizes.
func proofs(tree tlog.Tree, hashes stored) {
	for at := int64(0); at < tree.N; at += 1 + tree.N/500 {
		leaf := hashes[tlog.StoredHashIndex(0, at)]
		proof, err := tlog.ProveRecord(tree.N, at, hashes)
		if err != nil || tlog.CheckRecord(proof, tree.N, tree.Hash, at, leaf) != nil {
			report("checkpoint", fmt.Sprintf("leaf %d can't be proved", at))
		}
		old, _ := tlog.TreeHash(at+1, hashes)
		grown, err := tlog.ProveTree(tree.N, at+1, hashes)
		if err != nil || tlog.CheckTree(grown, tree.N, tree.Hash, at+1, old) != nil {
			report("checkpoint", fmt.Sprintf("size %d can't be proved", at+1))
		}
	}
}
