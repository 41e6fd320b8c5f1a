"""What can be proven: heads of entries, the town's Merkle log, signed checkpoints, proofs. Bytes and hashes, no I/O."""
