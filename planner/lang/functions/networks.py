"""The functions of IP networks: addresses, netmasks and networks within one that is written as `10.0.0.0/8`.

Works for IPv4 and IPv6. Refuses IPv4 addresses in the form of IPv6, and numbers for which a network has no room.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from planner.lang.functions.arguments import read_whole
from planner.lang.functions.signature import Environment, Example, Function, FunctionError, Parameter
from planner.lang.number import to_int
from planner.lang.quoting import quote
from planner.lang.types import NUMBER, STRING, Type, list_of
from planner.lang.values import Value, make_list, make_text, number_of, text_of

__all__ = ["FUNCTIONS"]

_OCTETS = re.compile(r"[0-9]{1,8}(?:\.[0-9]{1,8}){3}")
_LENGTH = re.compile(r"[0-9]{1,7}")
_SHOWN = 60
"""Up to how many characters of a network a message shows."""
_LARGEST_STEP = 32
"""By how many bits `cidrsubnets` extends a prefix at most."""


@dataclass(frozen=True, slots=True)
class _Network:
    """A network: its first address, the bits of an address, and those that all its addresses share."""

    address: int
    bits: int
    length: int

    @property
    def spare(self) -> int:
        """The bits that its addresses do not share."""
        return self.bits - self.length


def _read_network(value: Value, argument: int | None = None) -> _Network:
    text = text_of(value)
    address, slash, length = text.partition("/")
    bits = 32 if ":" not in address else 128
    number = _read_octets(address) if bits == 32 else _read_groups(address)
    if not slash or number is None or _LENGTH.fullmatch(length) is None or int(length) > bits:
        shown = quote(text) if len(text) <= _SHOWN else "this"
        raise FunctionError(f'{shown} is no network, such as "10.0.0.0/16" or "fd00::/8"', argument)
    if bits == 128 and number >> 32 == 0xFFFF:
        raise FunctionError("this is an IPv4 address in the form of IPv6; write it as IPv4", argument)
    spare = bits - int(length)
    return _Network(number >> spare << spare, bits, int(length))


def _read_octets(text: str) -> int | None:
    """Return an IPv4 address; zeros may stand before its numbers."""
    if _OCTETS.fullmatch(text) is None:
        return None
    octets = [int(octet) for octet in text.split(".")]
    return int.from_bytes(octets) if max(octets) < 256 else None


def _read_groups(text: str) -> int | None:
    if "%" in text:
        return None
    try:
        return int(IPv6Address(text))
    except ValueError:
        return None


def _write_address(address: int, bits: int) -> str:
    return str(IPv4Address(address) if bits == 32 else IPv6Address(address))


def _write_network(network: _Network) -> str:
    return f"{_write_address(network.address, network.bits)}/{network.length}"


def _read_large(value: Value) -> int:
    """Return a whole number of any size that an address can have."""
    number = number_of(value)
    if not number.is_finite or not number.is_whole:
        raise FunctionError("a whole number is needed")
    # Nothing that is larger fits in an address, and the largest numbers would fill the memory.
    return to_int(number) if (number.exponent or 0) < 256 else 1 << 256


def _cidrhost(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    number, network = _read_large(arguments[1]), _read_network(arguments[0])
    size = 1 << network.spare
    if not -size <= number < size:
        raise FunctionError(f"{_write_network(network)} has no host {_show(number)}: it has {size} addresses")
    return make_text(_write_address(network.address + number % size, network.bits))


_WORD = 1 << 64


def _show(number: int) -> str:
    return f"with the number {number}" if number.bit_length() <= 128 else "with so large a number"


def _cidrnetmask(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    network = _read_network(arguments[0])
    if network.bits != 32:
        raise FunctionError("networks of IPv6 have no netmask; write the length of the prefix")
    return make_text(_write_address((1 << 32) - (1 << network.spare), 32))


def _cidrsubnet(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    extension, number = read_whole(arguments[1]), _read_large(arguments[2])
    network = _read_network(arguments[0])
    length = network.length + extension
    if not 0 <= length <= network.bits:
        raise FunctionError(
            f"a prefix of {network.length} bits cannot be extended by {extension}: an address has {network.bits}"
        )
    # Terraform looks at 64 bits of the number alone, and takes those below zero as their two's complement.
    if abs(number) % _WORD >= (1 << extension if 0 <= extension < 64 else _WORD):
        raise FunctionError(f"{extension} more bits do not make a network {_show(number)}; numbers go from 0 up")
    address = abs(network.address | number << network.bits - length)
    if address >> network.bits:
        raise FunctionError(f"the network {_show(number)} is outside of all addresses")
    return make_text(_write_network(_Network(address, network.bits, length)))


def _cidrsubnets(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    network = _read_network(arguments[0], 0)
    end = network.address + (1 << network.spare)
    at, made = network.address, []
    for position, argument in enumerate(arguments[1:], 1):
        length = network.length + _read_step(argument, position, network)
        size = 1 << network.bits - length
        at = -(-at // size) * size
        # Terraform finds no networks in the one that begins at 0: it looks for what comes after the one before it.
        if at + size > end or network.address == 0:
            raise FunctionError(
                f"there is no room left in {_write_network(network)} for a prefix of {length} bits", position
            )
        made.append(make_text(_write_network(_Network(at, network.bits, length))))
        at += size
    return make_list(STRING, made)


def _read_step(value: Value, position: int, network: _Network) -> int:
    step = read_whole(value, position)
    if not 1 <= step <= _LARGEST_STEP:
        raise FunctionError(f"a prefix is extended by 1 to {_LARGEST_STEP} bits, not by {step}", position)
    if network.length + step > network.bits:
        raise FunctionError(
            f"a prefix of {network.length + step} bits is too long: an address has {network.bits}", position
        )
    return step


_PREFIX = Parameter(name="prefix", type=STRING)

FUNCTIONS = (
    Function(
        name="cidrhost",
        summary="Gives an address in a network by its number; negative ones count from the end.",
        parameters=(_PREFIX, Parameter(name="hostnum", type=NUMBER)),
        returns=STRING,
        compute=_cidrhost,
        examples=(
            Example(expression='cidrhost("10.12.112.0/20", 16)', result='"10.12.112.16"'),
            Example(expression='cidrhost("10.12.112.0/20", -1)', result='"10.12.127.255"'),
        ),
    ),
    Function(
        name="cidrnetmask",
        summary="Gives the netmask of an IPv4 network.",
        parameters=(_PREFIX,),
        returns=STRING,
        compute=_cidrnetmask,
        examples=(Example(expression='cidrnetmask("172.16.0.0/12")', result='"255.240.0.0"'),),
    ),
    Function(
        name="cidrsubnet",
        summary="Gives a network in a network: by how many bits its prefix is longer, and its number.",
        parameters=(_PREFIX, Parameter(name="newbits", type=NUMBER), Parameter(name="netnum", type=NUMBER)),
        returns=STRING,
        compute=_cidrsubnet,
        examples=(Example(expression='cidrsubnet("172.16.0.0/12", 4, 2)', result='"172.18.0.0/16"'),),
    ),
    Function(
        name="cidrsubnets",
        summary="Gives networks in a network, one after the other: by how many bits each prefix is longer.",
        parameters=(_PREFIX,),
        variadic=Parameter(name="newbits", type=NUMBER),
        returns=list_of(STRING),
        compute=_cidrsubnets,
        examples=(
            Example(
                expression='cidrsubnets("10.1.0.0/16", 4, 4, 8)',
                result='tolist([\n  "10.1.0.0/20",\n  "10.1.16.0/20",\n  "10.1.32.0/24",\n])',
            ),
        ),
    ),
)
