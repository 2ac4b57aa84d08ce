package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

// verify checks a log in a folder: its checkpoint, every tile and entry, the inclusion of entries, and its
// consistency with every older size that matters and with older checkpoints that were kept.
func verify(folder, vkey string, older []string) error {
	checkpoint, _, err := openCheckpoint(filepath.Join(folder, "checkpoint"), vkey, nil)
	if err != nil {
		return err
	}
	log := &log{Tree: checkpoint.Tree, hashes: tlog.TileHashReader(checkpoint.Tree, tiles{folder})}
	entries, err := log.entries(folder)
	if err != nil {
		return err
	}
	if err := sameForTorchwood(folder, checkpoint.Tree, entries); err != nil {
		return fmt.Errorf("torchwood's client: %w", err)
	}
	included, err := log.checkInclusion(entries)
	if err != nil {
		return err
	}
	consistent, err := log.checkConsistency()
	if err != nil {
		return err
	}
	for _, file := range older {
		old, _, err := openCheckpoint(file, vkey, nil)
		if err != nil {
			return err
		}
		if err := log.continues(old.Tree); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	fmt.Printf("verified %d entries, %d inclusion proofs, %d consistency proofs, %d older checkpoints\n",
		len(entries), included, consistent, len(older))
	return nil
}

// tiles reads hash tiles and bundles from a folder, for golang.org/x/mod.
type tiles struct{ folder string }

func (t tiles) Height() int { return torchwood.TileHeight }

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(wanted))
	for i, tile := range wanted {
		var err error
		data[i], err = os.ReadFile(filepath.Join(t.folder, torchwood.TilePath(tile)))
		if err != nil {
			return nil, err
		}
	}
	return data, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// log is a log at a checkpoint; its hashes are checked against the root as they are read.
type log struct {
	tlog.Tree
	hashes tlog.HashReader
}

// entries reads all bundles and checks each entry's hash.
func (l *log) entries(folder string) ([][]byte, error) {
	var entries [][]byte
	for int64(len(entries)) < l.N {
		first := int64(len(entries))
		tile := tlog.Tile{H: torchwood.TileHeight, L: -1, N: first / torchwood.TileWidth, W: torchwood.TileWidth}
		tile.W = int(min(l.N-first, torchwood.TileWidth))
		bundle, err := (tiles{folder}).ReadTiles([]tlog.Tile{tile})
		if err != nil {
			return nil, err
		}
		indexes := make([]int64, tile.W)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, first+int64(i))
		}
		hashes, err := l.hashes.ReadHashes(indexes)
		if err != nil {
			return nil, err
		}
		rest := bundle[0]
		for i, hash := range hashes {
			var entry []byte
			entry, rest, err = torchwood.ReadTileEntry(rest)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", torchwood.TilePath(tile), err)
			}
			if tlog.RecordHash(entry) != hash {
				return nil, fmt.Errorf("entry %d does not match its hash", first+int64(i))
			}
			entries = append(entries, entry)
		}
		if len(rest) != 0 {
			return nil, fmt.Errorf("%s: %d bytes too many", torchwood.TilePath(tile), len(rest))
		}
	}
	return entries, nil
}

// sameForTorchwood reads the log through Torchwood's client, which must find the same entries.
func sameForTorchwood(folder string, tree tlog.Tree, entries [][]byte) error {
	files, err := torchwood.NewTileFS(os.DirFS(folder))
	if err != nil {
		return err
	}
	client, err := torchwood.NewClient(files)
	if err != nil {
		return err
	}
	next := int64(0)
	for i, entry := range client.AllEntries(context.Background(), tree, 0) {
		if i != next || !bytes.Equal(entry, entries[i]) {
			return fmt.Errorf("entry %d is not what was read before as entry %d", i, next)
		}
		next++
	}
	if err := client.Err(); err != nil {
		return err
	}
	if next != tree.N {
		return fmt.Errorf("%d entries of %d", next, tree.N)
	}
	for _, i := range sample(tree.N) {
		entry, _, err := client.Entry(context.Background(), tree, i)
		if err != nil {
			return err
		}
		if !bytes.Equal(entry, entries[i]) {
			return fmt.Errorf("entry %d, asked for alone, is another", i)
		}
	}
	return nil
}

// checkInclusion proves entries to be in the tree: all of a small log, a sample of a large one.
func (l *log) checkInclusion(entries [][]byte) (int, error) {
	chosen := sample(l.N)
	for _, i := range chosen {
		proof, err := tlog.ProveRecord(l.N, i, l.hashes)
		if err != nil {
			return 0, err
		}
		if err := tlog.CheckRecord(proof, l.N, l.Hash, i, tlog.RecordHash(entries[i])); err != nil {
			return 0, fmt.Errorf("entry %d: %w", i, err)
		}
	}
	return len(chosen), nil
}

// checkConsistency proves that the tree continues what it was at earlier sizes.
func (l *log) checkConsistency() (int, error) {
	chosen := sample(l.N)
	for _, i := range chosen {
		root, err := tlog.TreeHash(i+1, l.hashes)
		if err != nil {
			return 0, err
		}
		if err := l.continues(tlog.Tree{N: i + 1, Hash: root}); err != nil {
			return 0, err
		}
	}
	return len(chosen), nil
}

// continues proves that the tree begins with an older one.
func (l *log) continues(old tlog.Tree) error {
	if old.N == 0 {
		return nil
	}
	proof, err := tlog.ProveTree(l.N, old.N, l.hashes)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, l.N, l.Hash, old.N, old.Hash); err != nil {
		return fmt.Errorf("size %d: %w", old.N, err)
	}
	return nil
}

// sample chooses indexes below n: all if n is small, else every 199th and those at the edges of tiles.
func sample(n int64) []int64 {
	var chosen []int64
	for i := range n {
		at := i % torchwood.TileWidth
		edge := (at == 0 || at == torchwood.TileWidth-1) && (i/torchwood.TileWidth)%16 == 0
		if n <= 600 || i%199 == 0 || edge || i == n-1 {
			chosen = append(chosen, i)
		}
	}
	return chosen
}
