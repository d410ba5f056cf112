"""One qdrant-edge shard on disk, and what may be asked of it."""

import shutil
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import qdrant_edge as q

from infra.vectors.edge_frames import ID, Cursor, Row, pack_hits
from infra.vectors.edge_operations import Operations

_TIES: Final = 32  # asked beyond the limit, so that ties at the border are broken by id
_MORE: Final = (1, 2, 8)  # times as many, while ties cross: what is asked for costs, found or not
_SPACES: Final = 1_000_000  # counted one by one at most when opening
# Candidates kept in a walk of the graph. Of 100,000 texts of a few templates, where many are nearly
# alike, it finds 0.92 of the best 150 (256: 0.72); every one takes 25 ms instead of 8.
_EXPLORE: Final = 1024
_GROWTH: Final = 8192  # new points after which segments are optimised again
_NOBODY: Final = "ffffffff-ffff-4fff-bfff-ffffffffffff"
_KEYWORDS: Final = ("kind", "layer")


def _config(width: int, *, index: bool, vacuum: bool) -> q.EdgeConfig:
    """Give the shard's settings; `index` builds graphs when optimised, `vacuum` drops deletions."""
    optimizers = q.EdgeOptimizersConfig(
        indexing_threshold=10_000 if index else 1_000_000_000,
        default_segment_number=8,
        max_segment_size=50_000,
        deleted_threshold=0.000_000_1 if vacuum else 0.2,
        vacuum_min_vector_number=1 if vacuum else 1000,
    )
    dense = q.EdgeVectorParams(
        size=width,
        distance=q.Distance.Cosine,
        datatype=q.VectorStorageDatatype.Float16,
        memory=q.Memory.Cold,
    )
    return q.EdgeConfig(
        vectors={"dense": dense},
        sparse_vectors={"bm25": q.EdgeSparseVectorParams()},
        # A filter on fewer than 20,000 KB of vectors (26,000 points) is scanned exactly.
        hnsw_config=q.HnswIndexConfig(m=16, ef_construct=100, full_scan_threshold=20_000),
        optimizers=optimizers,
        wal_enabled=False,  # the event log is the write-ahead log
    )


def _in_space(space: str) -> q.FieldCondition:
    """Give the condition that every search carries."""
    return q.FieldCondition("space", match=q.MatchValue(space))


def _condition(ask: dict[str, Any]) -> q.Filter:
    """Give the filter of one search."""
    must: list[Any] = [_in_space(ask["space"])]
    must += [
        q.FieldCondition(field, match=q.MatchAny(ask[field])) for field in _KEYWORDS if ask[field]
    ]
    if ask["since"] is not None or ask["until"] is not None:
        times = q.RangeFloat(gte=ask["since"], lt=ask["until"])
        must.append(q.FieldCondition("at", range=times))
    return q.Filter(must=must)


class Shard:
    """One shard on disk and what the client may ask of it."""

    def __init__(self, path: Path, index_from: int, width: int) -> None:
        self._path = str(path)
        self._operations = Operations(path.with_name("operations"))
        self._index_from = index_from
        self._width = width
        self._maintained = 0  # points when the segments were last optimised
        settings = _config(width, index=False, vacuum=False)
        if (path / "edge_config.json").exists():
            self._shard = q.EdgeShard.load(self._path, settings)
        else:
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir(parents=True)
            self._shard = q.EdgeShard.create(self._path, settings)
        for _ in range(self._operations.unflushed):
            self._update(q.UpdateOperation.delete_points([_NOBODY]))
        self._index_fields()

    def _update(self, operation: q.UpdateOperation) -> None:
        self._shard.update(operation)
        self._operations.count += 1

    def _flush(self) -> None:
        self._operations.save()
        self._shard.flush()
        self._operations.count = 0

    def _index_fields(self) -> None:
        fields: dict[str, q.KeywordIndexParams | q.IntegerIndexParams] = {
            "space": q.KeywordIndexParams(is_tenant=True),
            "at": q.IntegerIndexParams(lookup=False, range=True, enable_hnsw=False),
            **{field: q.KeywordIndexParams(enable_hnsw=False) for field in _KEYWORDS},
        }
        for field in fields.keys() - self._shard.info().payload_schema.keys():
            self._update(q.UpdateOperation.create_field_index(field, fields[field]))

    def _reload(self, *, index: bool, vacuum: bool) -> None:
        self._shard.close()
        self._shard = q.EdgeShard.load(self._path, _config(self._width, index=index, vacuum=vacuum))

    def probe(self) -> int:
        """Read every vector and ask the indexes; give the count, or -1 when they disagree."""
        total = self.count(None)
        reading = q.SearchParams(exact=True)
        hits = self._nearest([1.0] * self._width, "dense", 1, q.Filter(), reading)
        spaces = self._shard.facet(q.FacetRequest("space", limit=_SPACES, exact=True)).hits
        known = [
            sum(hit.count for hit in spaces) if len(spaces) < _SPACES else total,
            *(self._having(q.HasVectorCondition(name)) for name in ("dense", "bm25")),
        ]
        return total if known == [total] * len(known) and len(hits) == min(total, 1) else -1

    def _having(self, what: q.HasVectorCondition) -> int:
        return self._shard.count(q.CountRequest(filter=q.Filter(must=[what])))

    def count(self, space: str | None) -> int:
        """Count points exactly."""
        where = None if space is None else q.Filter(must=[_in_space(space)])
        return self._shard.count(q.CountRequest(exact=True, filter=where))

    def upsert(self, rows: list[Row]) -> None:
        """Write points whose stored sequence is missing or not higher.

        The engine's own condition is one filter for a whole batch; each point has its own bound.
        An equal sequence is written again: a kill in a flush can leave a new payload, with its
        sequence, beside an old vector, and projecting again must mend that.
        """
        stored = {
            _id(record.id).hex: (record.payload or {})["seq"]
            for record in self._shard.retrieve([row.id for row in rows], ["seq"], False)  # noqa: FBT003 - positional
        }
        points = [_point(row) for row in rows if row.seq >= stored.get(row.id, -1)]
        if points:
            self._update(q.UpdateOperation.upsert_points(points))

    def delete(self, body: bytes) -> None:
        """Remove points by id."""
        text = body.hex()
        ids: list[q.PointId] = [text[i : i + 2 * ID] for i in range(0, len(text), 2 * ID)]
        self._update(q.UpdateOperation.delete_points(ids))

    def erase(self, space: str) -> int:
        """Remove a space and rewrite every segment that held anything deleted."""
        count = self.count(space)
        gone = q.Filter(must=[_in_space(space)])
        self._update(q.UpdateOperation.delete_points_by_filter(gone))
        self._flush()
        self._reload(index=False, vacuum=True)
        self._shard.optimize()
        self._flush()
        self._reload(index=False, vacuum=False)
        self._maintained = 0
        return count

    def maintain(self) -> None:
        """Build graphs and merge segments where that pays; holds everything up while it runs.

        Below `index_from` points an exact scan of one space is fast enough.
        """
        count = self.count(None)
        if count < self._index_from or count < self._maintained + _GROWTH:
            return
        self._flush()
        self._reload(index=True, vacuum=False)
        self._shard.optimize()
        self._flush()
        self._maintained = count

    def flush(self) -> int:
        """Make everything durable; give the count."""
        self._flush()
        return self.count(None)

    def search(self, body: bytes) -> bytes:
        """Answer several searches: for each the dense hits, then the term hits."""
        cursor = Cursor(body)
        return b"".join(self._answer(ask, cursor) for ask in cursor.json())

    def _answer(self, ask: dict[str, Any], cursor: Cursor) -> bytes:
        dense = cursor.array("f", ask["dense"]).tolist()
        terms, weights = (cursor.array(code, ask["terms"]).tolist() for code in "If")
        where, limit = _condition(ask), ask["limit"]
        hits: list[tuple[bytes, float]] = []
        if dense:
            hits = self._top(dense, "dense", limit, where, q.SearchParams(hnsw_ef=_EXPLORE))
        answer = pack_hits(hits)
        hits = []
        if terms:
            asked = q.SparseVector(terms, weights)
            hits = self._top(asked, "bm25", limit, where, q.SearchParams())
        return answer + pack_hits(hits)

    def _top(
        self,
        vector: list[float] | q.SparseVector,
        using: str,
        limit: int,
        where: q.Filter,
        params: q.SearchParams,
    ) -> list[tuple[bytes, float]]:
        """Give the best `limit`, ties by id, asking for more where ties cross the border."""
        for ask in (times * (limit + _TIES) for times in _MORE):
            hits = self._nearest(vector, using, ask, where, params)
            if len(hits) < ask or hits[-1].score < hits[limit - 1].score:
                break
        best = sorted((-hit.score, _id(hit.id).bytes) for hit in hits)
        return [(found, -score) for score, found in best[:limit]]

    def _nearest(
        self,
        vector: list[float] | q.SparseVector,
        using: str,
        limit: int,
        where: q.Filter,
        params: q.SearchParams,
    ) -> list[q.ScoredPoint]:
        query = q.Query.Nearest(vector, using)
        return self._shard.query(
            q.QueryRequest(limit, query=query, filter=where, params=params, with_payload=False)
        )


def _id(id_: int | str | UUID) -> UUID:
    """Give a point's id; all of ours are UUIDs."""
    if not isinstance(id_, UUID):
        raise TypeError(f"the id {id_!r} is no UUID")
    return id_


def _point(row: Row) -> q.Point:
    payload = {
        "space": row.space,
        "kind": row.kind,
        "layer": row.layer,
        "at": row.at,
        "seq": row.seq,
    }
    terms = q.SparseVector(row.term_ids, row.term_weights)
    return q.Point(row.id, {"dense": row.dense, "bm25": terms}, payload)
