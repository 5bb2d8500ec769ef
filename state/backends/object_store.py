"""The object stores: a state as one object in Amazon S3 (or what speaks its protocol), Google Cloud or Azure.

Needs the extra `object-store`. Writes are conditional on what was read; a store that ignores the condition would lose
what two runs write at once, so `probe_store` finds it out before anything is kept there. The library's own retries are
off: one that tries again by itself meets its own first try and calls it somebody else's.
"""

import contextlib
import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from state.backends.slots import SlotContent, SwapRefused, SwapUnclear, report_ignored_conditions
from state.errors import StateError, StateNotRead, StateNotWritten

if TYPE_CHECKING:
    from obstore.store import ObjectStore

__all__ = ["ObjectSlot", "StoreKind", "open_object_store", "probe_store"]

StoreKind: TypeAlias = Literal["s3", "gcs", "azurerm"]

_TIMEOUTS = {"connect_timeout": "10s", "timeout": "60s"}
_LARGEST = 64 * 2**20
_TRIES = 3
_EXTRA = "The extra object-store is not installed"


class ObjectSlot:
    """One object, called `key`, in a store."""

    def __init__(self, store: "ObjectStore", key: str, *, name: str) -> None:
        self._store = store
        self._key = key
        self.name = name

    @property
    def restore(self) -> str:
        """A sentence that says how to get a former content back."""
        return "If the bucket keeps versions, the former one of this object is the state before the last write."

    async def fetch(self) -> SlotContent | None:
        """Return the object.

        Raises:
            StateNotRead: the store did not hand it over.
        """
        from obstore import exceptions  # noqa: PLC0415 - loaded only where a state is kept so

        try:
            found = await self._store.get_async(self._key)
            if found.meta["size"] > _LARGEST:
                raise StateNotRead(
                    f"{self.name} is too large", f"A state has {_LARGEST >> 20} MiB at most. Look at it."
                )
            data = bytes(await found.bytes_async())
        except (FileNotFoundError, exceptions.NotFoundError):
            return None
        except exceptions.BaseError as error:
            raise StateNotRead(f"{self.name} cannot be read", _advise(error)) from error
        return SlotContent(data, _write_version(found.meta))

    async def swap(self, data: bytes, *, expected: str) -> str:
        """Store `data` in the place of the version `expected`.

        Raises:
            SwapRefused: another version is stored.
            SwapUnclear: nobody can tell.
            StateNotWritten: the store does not take it.
        """
        from obstore import exceptions  # noqa: PLC0415 - as above

        mode: Any = json.loads(expected) if expected else "create"
        try:
            done = await self._store.put_async(self._key, data, mode=mode, use_multipart=False)
        except (exceptions.AlreadyExistsError, exceptions.PreconditionError) as error:
            raise SwapRefused from error
        except (FileNotFoundError, exceptions.NotFoundError) as error:
            if expected:  # what was to be replaced is gone
                raise SwapRefused from error
            raise StateNotWritten(f"{self.name} cannot be written", _advise(error)) from error
        except (
            exceptions.PermissionDeniedError,
            exceptions.UnauthenticatedError,
            exceptions.InvalidPathError,
            exceptions.NotSupportedError,
            NotImplementedError,
        ) as error:
            raise StateNotWritten(f"{self.name} cannot be written", _advise(error)) from error
        except exceptions.BaseError as error:
            raise SwapUnclear(f"The store did not say whether it took it ({_say(error)}).") from error
        return _write_version(done)

    async def list_beside(self) -> tuple[str, ...]:
        """Return the keys of all objects in the store.

        Raises:
            StateNotRead: the store does not say.
        """
        from obstore import exceptions  # noqa: PLC0415 - as above

        try:
            listed = await self._store.list().collect_async()
        except exceptions.BaseError as error:
            raise StateNotRead(f"What is beside {self.name} cannot be listed", _advise(error)) from error
        return tuple(found["path"] for found in listed)

    async def remove(self) -> None:
        """Remove the object, if it is there.

        Raises:
            StateNotWritten: the store does not.
        """
        from obstore import exceptions  # noqa: PLC0415 - as above

        try:
            await self._store.delete_async(self._key)
        except (FileNotFoundError, exceptions.NotFoundError):
            return
        except exceptions.BaseError as error:
            raise StateNotWritten(f"{self.name} cannot be removed", _advise(error)) from error


def open_object_store(kind: StoreKind, settings: Mapping[str, str]) -> "ObjectStore":
    """Return the store; `settings` are obstore's own, and what they leave open is taken from the environment.

    Raises:
        StateNotRead: the extra is not installed, or the settings make no sense.
    """
    try:
        from obstore import exceptions, store  # noqa: PLC0415 - as above
    except ImportError:
        advice = "Install it: pip install 'cluster-planner[object-store]'."
        raise StateNotRead(_EXTRA, advice) from None
    makers: dict[StoreKind, Any] = {"s3": store.S3Store, "gcs": store.GCSStore, "azurerm": store.AzureStore}
    allow_http = settings.get("endpoint", "").startswith("http://")
    try:
        made: ObjectStore = makers[kind](
            **settings,
            client_options={**_TIMEOUTS, "allow_http": allow_http},
            retry_config={"max_retries": 0},
        )
    except (exceptions.BaseError, ValueError, TypeError) as error:
        raise StateNotRead("The store of the state cannot be opened", _advise(error)) from error
    return made


async def probe_store(store: "ObjectStore", key: str, *, name: str) -> None:
    """See that the store takes a write only where the condition on it holds, with an object beside `key`.

    Raises:
        StateError: it does not, or cannot be reached.
    """
    slot = ObjectSlot(store, f"{key}.probe-{os.urandom(8).hex()}", name=name)
    try:
        await _probe(slot)
    except BaseException:
        with contextlib.suppress(StateError):  # why it is no good is the news
            await slot.remove()
        raise
    await slot.remove()


async def _probe(slot: ObjectSlot) -> None:
    first = await _swap_surely(slot, b"1", "")
    await _expect_refusal(slot, b"2", "")
    await _swap_surely(slot, b"3", first)
    await _expect_refusal(slot, b"4", first)
    found = await slot.fetch()
    if found is None or found.data != b"3":
        raise report_ignored_conditions(slot.name)


async def _swap_surely(slot: ObjectSlot, data: bytes, expected: str) -> str:
    """Store what nobody else touches; a refusal is due to the first try, or to a store that is busy with the object."""
    for _ in range(_TRIES):
        try:
            return await slot.swap(data, expected=expected)
        except SwapRefused:
            found = await slot.fetch()
        except SwapUnclear as unclear:
            raise StateNotWritten(f"{slot.name} cannot be written", f"{unclear} Run this again later.") from None
        if found is not None and found.data == data:
            return found.version
    raise report_ignored_conditions(slot.name)


async def _expect_refusal(slot: ObjectSlot, data: bytes, expected: str) -> None:
    try:
        await slot.swap(data, expected=expected)
    except SwapRefused:
        return
    except SwapUnclear as unclear:
        raise StateNotWritten(f"{slot.name} cannot be written", f"{unclear} Run this again later.") from None
    raise report_ignored_conditions(slot.name)


def _write_version(meta: Mapping[str, Any]) -> str:
    return json.dumps({name: meta[name] for name in ("e_tag", "version") if meta.get(name) is not None})


def _advise(error: Exception) -> str:
    return f"{_say(error)}. See to its name, and that your credentials may read and write it."


def _say(error: Exception) -> str:
    """Return the first line of what the library says, which may hold a whole answer of a server."""
    text = (str(error).strip() or type(error).__name__).splitlines()[0]
    return "".join(character if character.isprintable() else "\ufffd" for character in text[:200]).rstrip(".")
