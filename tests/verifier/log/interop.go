// Reads a log with golang.org/x/mod/sumdb, software that pobf did not write: the checkpoint, proofs of
// inclusion and of consistency from its tiles, one tlog-proof, and what the log sends to a witness to show
// that it has grown. Exits with 1 where anything of it is refused.
// Usage: interop FOLDER VKEY [PROOF ENTRY GROWTH]
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// tiles reads tiles of height 8; sumdb names that height in its paths, tlog-tiles does not.
type tiles string

func (folder tiles) Height() int { return 8 }

func (folder tiles) ReadTiles(wanted []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		content, err := os.ReadFile(filepath.Join(string(folder), path))
		if os.IsNotExist(err) && tile.W < 256 { // a full tile stands for its partial ones
			full := tile
			full.W = 256
			path = strings.Replace(full.Path(), "tile/8/", "tile/", 1)
			content, err = os.ReadFile(filepath.Join(string(folder), path))
			if err == nil {
				content = content[:tile.W*tlog.HashSize]
			}
		}
		if err != nil {
			return nil, err
		}
		data = append(data, content)
	}
	return data, nil
}

func (folder tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func open(text []byte, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	must(err)
	signed, err := note.Open(text, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		must(fmt.Errorf("not a checkpoint of three lines"))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}
}

// some are the places that are tried: all of a small log, and spread over a large one.
func some(size int64) (places []int64) {
	for i := int64(0); i < size; i += 1 + size/100 {
		places = append(places, i)
	}
	return append(places, size-1)
}

func checkTiles(folder string, tree tlog.Tree) {
	reader := tlog.TileHashReader(tree, tiles(folder))
	for _, i := range some(tree.N) {
		hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, i)})
		must(err)
		proof, err := tlog.ProveRecord(tree.N, i, reader)
		must(err)
		must(tlog.CheckRecord(proof, tree.N, tree.Hash, i, hashes[0]))
		old, err := tlog.TreeHash(i+1, reader)
		must(err)
		grown, err := tlog.ProveTree(tree.N, i+1, reader)
		must(err)
		must(tlog.CheckTree(grown, tree.N, tree.Hash, i+1, old))
	}
}

func hashes(lines []string) (proof []tlog.Hash) {
	for _, line := range lines {
		var hash tlog.Hash
		decoded, err := base64.StdEncoding.DecodeString(line)
		must(err)
		copy(hash[:], decoded)
		proof = append(proof, hash)
	}
	return proof
}

func checkProof(path, vkey string, entry []byte) {
	text, err := os.ReadFile(path)
	must(err)
	head, signed, found := bytes.Cut(text, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		must(fmt.Errorf("not a tlog-proof"))
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	must(err)
	tree := open(signed, vkey)
	must(tlog.CheckRecord(hashes(lines[2:]), tree.N, tree.Hash, index, tlog.RecordHash(entry)))
}

// checkGrowth checks the body of add-checkpoint; the old root is the one that the tiles give.
func checkGrowth(path, vkey, folder string) {
	text, err := os.ReadFile(path)
	must(err)
	head, signed, _ := bytes.Cut(text, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	old, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "old "), 10, 64)
	must(err)
	tree := open(signed, vkey)
	root, err := tlog.TreeHash(old, tlog.TileHashReader(tree, tiles(folder)))
	must(err)
	must(tlog.CheckTree(hashes(lines[1:]), tree.N, tree.Hash, old, root))
}

func main() {
	folder := os.Args[1]
	vkey, err := os.ReadFile(os.Args[2])
	must(err)
	text, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	must(err)
	key := strings.TrimSpace(string(vkey))
	checkTiles(folder, open(text, key))
	if len(os.Args) > 5 {
		entry, err := os.ReadFile(os.Args[4])
		must(err)
		checkProof(os.Args[3], key, entry)
		checkGrowth(os.Args[5], key, folder)
	}
}
