// Reads JSON from the standard input, and writes what programs that are not ours think of it.
//
//   {"proofs": [{index, leaf, hashes, note, key, name, keyId}], "values": [...]}
//   -> {"proofs": [true or false], "canonical": [text]}
//
// leaf, hashes, key (DER) and keyId are base64. The note is a signed checkpoint.
import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import canonicalize from "canonicalize";

const require = createRequire(import.meta.url);
const tlog = `${import.meta.dirname}/node_modules/@sigstore/verify/dist/tlog`;
const { verifyMerkleInclusion } = require(`${tlog}/merkle.js`);
const { verifyCheckpoint } = require(`${tlog}/checkpoint.js`);

const bytes = (text) => Buffer.from(text, "base64");

function holds(proof) {
  const publicKey = createPublicKey({ key: bytes(proof.key), format: "der", type: "spki" });
  const log = { logID: bytes(proof.keyId), publicKey, baseURL: proof.name };
  const entry = {
    canonicalizedBody: bytes(proof.leaf),
    inclusionProof: {
      logIndex: String(proof.index),
      hashes: proof.hashes.map(bytes),
      checkpoint: { envelope: proof.note },
    },
  };
  try {
    verifyMerkleInclusion(entry, verifyCheckpoint(entry, [log]));
    return true;
  } catch {
    return false;
  }
}

const asked = JSON.parse(readFileSync(0, "utf8"));
const found = { proofs: asked.proofs.map(holds), canonical: asked.values.map((value) => canonicalize(value)) };
process.stdout.write(JSON.stringify(found));
