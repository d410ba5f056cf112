"""What a Qdrant server is asked and told about one collection of points."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from qdrant_client import AsyncQdrantClient
from qdrant_client import models as q

from infra.vectors.edge_points import question
from schemas.errors import VectorsError
from streams.vectors import WIDTH, Found, Point, Search

OLDEST: Final = (1, 19)  # the server that docker-compose.yml runs; no older one was tried
TIES: Final = 32  # asked beyond the limit, so that ties at the border are broken by id
DIGITS: Final = 6  # of a score: the last bits of equal ones depend on where the points lie
EXPLORE: Final = 1024  # candidates kept in a walk of the graph, as in the embedded engine
_MARKS: Final = uuid.UUID("6f6e2f0a-5a0a-5a0e-9d6e-0b6f6c8f0c11")  # of the checkpoint's points
_PAGE: Final = 1024
_FILTERED: Final[Mapping[str, q.KeywordIndexParams | q.IntegerIndexParams]] = {
    "space": q.KeywordIndexParams(type=q.KeywordIndexType.KEYWORD, is_tenant=True),
    "kind": q.KeywordIndexParams(type=q.KeywordIndexType.KEYWORD, enable_hnsw=False),
    "layer": q.KeywordIndexParams(type=q.KeywordIndexType.KEYWORD, enable_hnsw=False),
    **{
        name: q.IntegerIndexParams(
            type=q.IntegerIndexType.INTEGER, lookup=False, range=True, enable_hnsw=False
        )
        for name in ("at", "seq", "checkpoint")
    },
}
_POINTS: Final = q.Filter(must=[q.HasVectorCondition(has_vector="dense")])
_Hits = tuple[tuple[str, float], ...]


class QdrantCollection:
    """An alias `name` and the collection behind it, which a rebuilt one can take the place of.

    Where each partition stands is kept in points of their own, without vectors, in the same
    collection: so a server that is restored, or has lost its newest writes, has lost them as well.
    """

    def __init__(self, client: AsyncQdrantClient, name: str) -> None:
        self._client = client
        self.name = name
        self.width = WIDTH

    async def ensure(self) -> None:
        """Create the collection where there is none. Raises VectorsError for an old server."""
        version = await self.version()
        if tuple(map(int, version.split("-")[0].split(".")[:2])) < OLDEST:
            least = ".".join(map(str, OLDEST))
            raise VectorsError(f"Qdrant {version} is too old: {least} or newer is needed")
        there = await self.behind()
        if there is not None:
            await self._known(there)
            return
        await self._point(await self._made())

    async def widen(self, width: int) -> None:
        """Put a collection for vectors of another width in the place of an empty one."""
        old, self.width = await self.behind(), width
        await self._point(await self._made(), instead=old is not None)
        if old is not None:
            await self._client.delete_collection(old)

    async def _made(self) -> str:
        own = f"{self.name}_{uuid.uuid4().hex[:12]}"
        await self._client.create_collection(
            own,
            vectors_config={
                "dense": q.VectorParams(
                    size=self.width,
                    distance=q.Distance.COSINE,
                    datatype=q.Datatype.FLOAT16,
                    on_disk=True,
                )
            },
            sparse_vectors_config={"bm25": q.SparseVectorParams(modifier=q.Modifier.NONE)},
            # Every search is inside one space: graphs of single spaces, and none of the whole.
            hnsw_config=q.HnswConfigDiff(
                m=0, payload_m=16, ef_construct=100, full_scan_threshold=20_000
            ),
            optimizers_config=q.OptimizersConfigDiff(
                deleted_threshold=0.05, vacuum_min_vector_number=100
            ),
            shard_number=1,  # points last as the checkpoint does
        )
        for name, index in _FILTERED.items():
            await self._client.create_payload_index(own, name, index)
        return own

    async def _known(self, there: str) -> None:
        """See how wide its vectors are, and let the server weigh no terms itself any more."""
        params = (await self._client.get_collection(there)).config.params
        if isinstance(params.vectors, dict):
            self.width = params.vectors["dense"].size
        known = params.sparse_vectors
        if known and known["bm25"].modifier == q.Modifier.IDF:
            bare = {"bm25": q.SparseVectorParams(modifier=q.Modifier.NONE)}
            await self._client.update_collection(there, sparse_vectors_config=bare)

    async def version(self) -> str:
        """Ask for the server's version."""
        return str((await self._client.info()).version)

    async def behind(self) -> str | None:
        """Find the collection that the alias stands for."""
        aliases = (await self._client.get_aliases()).aliases
        return next((a.collection_name for a in aliases if a.alias_name == self.name), None)

    async def _point(self, own: str, *, instead: bool = False) -> None:
        """Let the alias stand for a collection, from one moment to the next."""
        drop = q.DeleteAliasOperation(delete_alias=q.DeleteAlias(alias_name=self.name))
        create = q.CreateAliasOperation(
            create_alias=q.CreateAlias(collection_name=own, alias_name=self.name)
        )
        await self._client.update_collection_aliases([drop, create] if instead else [create])

    async def take(self, other: "QdrantCollection") -> None:
        """Take over the collection of another alias, and remove the own one."""
        old, new = await self.behind(), await other.behind()
        if new is None:
            raise VectorsError(f"there is no collection {other.name}")
        await self._point(new, instead=old is not None)
        self.width = other.width
        drop = q.DeleteAliasOperation(delete_alias=q.DeleteAlias(alias_name=other.name))
        await self._client.update_collection_aliases([drop])
        if old is not None:
            await self._client.delete_collection(old)

    async def remove(self) -> None:
        """Remove the collection with everything in it."""
        own = await self.behind()
        if own is not None:
            await self._client.delete_collection(own)

    async def upsert(self, points: Sequence[Point]) -> None:
        """Write points whose stored sequence is missing or not higher.

        Another writer's newer point that comes in between is spared as well: it would lie beyond
        everything that is written here, since a batch holds all of its partition's span.
        """
        stored = await self.sequences([point.id for point in points])
        kept = [point for point in points if point.seq >= stored.get(point.id, -1)]
        if kept:
            newest = q.Range(lte=max(point.seq for point in kept))
            guard = q.Filter(must=[q.FieldCondition(key="seq", range=newest)])
            await self._client.upsert(self.name, [_struct(p) for p in kept], update_filter=guard)

    async def sequences(self, ids: Sequence[str]) -> dict[str, int]:
        """Give the sequences of those points that are there."""
        found = await self._client.retrieve(self.name, ids, with_payload=["seq"])
        return {str(record.id): int((record.payload or {})["seq"]) for record in found}

    async def delete(self, ids: Sequence[str]) -> None:
        """Remove points by id."""
        await self._client.delete(self.name, q.PointIdsList(points=list(ids)))

    async def erase(self, space: str) -> int:
        """Remove a space's points; their bytes go when the server next rewrites the segments."""
        gone = q.Filter(must=[_in_space(space)])
        count = await self.count(space)
        await self._client.delete(self.name, q.FilterSelector(filter=gone))
        return count

    async def count(self, space: str | None) -> int:
        """Count points exactly."""
        where = _POINTS if space is None else q.Filter(must=[_in_space(space)])
        return (await self._client.count(self.name, count_filter=where, exact=True)).count

    async def positions(self) -> dict[int, int]:
        """Read where each partition stands."""
        there = q.Filter(must=[q.FieldCondition(key="checkpoint", range=q.Range(gte=0))])
        marks, _ = await self._client.scroll(self.name, there, limit=_PAGE)
        found = [mark.payload or {} for mark in marks]
        return {int(mark["checkpoint"]): int(mark["next"]) for mark in found}

    async def record(self, positions: Mapping[int, int]) -> None:
        """Write where these partitions stand, after the points that they speak of."""
        marks = [
            q.PointStruct(
                id=str(uuid.uuid5(_MARKS, str(partition))),
                vector={},
                payload={"checkpoint": partition, "next": following},
            )
            for partition, following in positions.items()
        ]
        if marks:
            await self._client.upsert(self.name, marks)

    async def search(self, searches: Sequence[Search]) -> list[Found]:
        """Answer several searches; those whose ties cross the border of the limit twice."""
        asked = [ask for search in searches for ask in _asked(search, self.width)]
        answers = await self._hits(asked, [search.limit + TIES for search in searches])
        again = [
            n
            for n, hits in enumerate(answers)
            if _crossing(hits, searches[n // 2].limit)
        ]  # fmt: skip
        more = await self._hits(
            [asked[n] for n in again], [8 * (searches[n // 2].limit + TIES) for n in again], each=1
        )
        for n, hits in zip(again, more, strict=True):
            answers[n] = hits
        cut = [_best(hits, searches[n // 2].limit) for n, hits in enumerate(answers)]
        return [Found(*cut[n : n + 2]) for n in range(0, len(cut), 2)]

    async def _hits(
        self, asked: Sequence[q.QueryRequest | None], limits: Sequence[int], each: int = 2
    ) -> list[list[q.ScoredPoint]]:
        """Ask those questions that are any; `each` so many of them share a limit."""
        sent = [
            (n, ask.model_copy(update={"limit": limits[n // each]}))
            for n, ask in enumerate(asked)
            if ask is not None
        ]
        found: list[list[q.ScoredPoint]] = [[] for _ in asked]
        if sent:
            requests = [request for _, request in sent]
            answers = await self._client.query_batch_points(self.name, requests)
            for (n, _), answer in zip(sent, answers, strict=True):
                found[n] = answer.points
        return found


def _crossing(hits: Sequence[q.ScoredPoint], limit: int) -> bool:
    """Say whether there may be more hits as good as the last one within the limit."""
    return len(hits) == limit + TIES and hits[-1].score > hits[limit - 1].score - 10**-DIGITS


def _best(hits: Sequence[q.ScoredPoint], limit: int) -> _Hits:
    best = sorted((-round(hit.score, DIGITS), str(hit.id)) for hit in hits)[: max(0, limit)]
    return tuple((found, -score) for score, found in best)


def _in_space(space: str) -> q.FieldCondition:
    return q.FieldCondition(key="space", match=q.MatchValue(value=space))


def _asked(search: Search, width: int) -> tuple[q.QueryRequest | None, q.QueryRequest | None]:
    """Give a search's question by vector, and its question by terms."""
    dense, terms, weights = question(search, width)
    must: list[Any] = [_in_space(search.space)]
    for key, wanted in (("kind", search.kinds), ("layer", search.layers)):
        if wanted:
            must.append(q.FieldCondition(key=key, match=q.MatchAny(any=list(wanted))))
    if search.since is not None or search.until is not None:
        times = q.Range(gte=search.since, lt=search.until)
        must.append(q.FieldCondition(key="at", range=times))
    where = q.Filter(must=must)
    near = q.QueryRequest(
        query=dense.tolist(), using="dense", filter=where, params=q.SearchParams(hnsw_ef=EXPLORE)
    )
    said = q.SparseVector(indices=terms.tolist(), values=weights.tolist())
    like = q.QueryRequest(query=said, using="bm25", filter=where)
    return near if dense.size else None, like if terms.size else None


def _struct(point: Point) -> q.PointStruct:
    terms = q.SparseVector(
        indices=np.frombuffer(point.term_ids, "<u4").tolist(),
        values=np.frombuffer(point.term_weights, "<f4").tolist(),
    )
    return q.PointStruct(
        id=point.id,
        vector={"dense": np.frombuffer(point.dense, "<f2").tolist(), "bm25": terms},
        payload={
            "space": point.space,
            "kind": point.kind,
            "layer": point.layer,
            "at": point.at,
            "seq": point.seq,
        },
    )
