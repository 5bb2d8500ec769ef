"""The functions that hash a string, or a file: in hexadecimal digits, or in Base64.

A string is hashed as its UTF-8. MD5 and SHA-1 are here because others ask for them; they protect nothing.
"""

import hashlib
from collections.abc import Callable, Sequence

from planner.lang.functions.encoding import encode_base64
from planner.lang.functions.signature import Compute, Environment, Example, Function, FunctionError, Parameter
from planner.lang.types import STRING, Type
from planner.lang.values import Value, make_text, text_of

__all__ = ["FUNCTIONS"]

_TITLES = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512"}
_STR = Parameter(name="str", type=STRING)
_PATH = Parameter(name="path", type=STRING)


def _hash(algorithm: str, content: bytes) -> bytes:
    return hashlib.new(algorithm, content, usedforsecurity=False).digest()


def _hash_text(algorithm: str, write: Callable[[bytes], str]) -> Compute:
    def compute(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
        return make_text(write(_hash(algorithm, text_of(arguments[0]).encode())))

    return compute


def _hash_file(algorithm: str, write: Callable[[bytes], str]) -> Compute:
    def compute(arguments: Sequence[Value], _type: Type, environment: Environment) -> Value:
        try:
            content = environment.files.read(text_of(arguments[0]))
        except FunctionError as error:
            # Terraform blames the call here, and the argument where a file's content is asked for.
            error.argument = None
            raise
        return make_text(write(_hash(algorithm, content)))

    return compute


def _describe(name: str, result: str, *, is_file: bool = False) -> Function:
    """Return the function called `name`; `result` is what it gives for `hello`."""
    algorithm = name.removeprefix("file").removeprefix("base64")
    write, form = (encode_base64, "as Base64") if "base64" in name else (bytes.hex, "in hexadecimal digits")
    subject, argument = ("a file", "greeting.txt") if is_file else ("a string", "hello")
    return Function(
        name=name,
        summary=f"Gives the {_TITLES[algorithm]} hash of {subject}, {form}.",
        parameters=(_PATH if is_file else _STR,),
        returns=STRING,
        compute=(_hash_file if is_file else _hash_text)(algorithm, write),
        examples=(Example(expression=f'{name}("{argument}")', result=f'"{result}"'),),
    )


_HELLO = {
    "base64sha256": "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
    "base64sha512": "m3HSJL1i83hdltRq0+o9czGb+8KJDKra4t/3JRlnPKcjI8PZm6XBHXx6zG4UuMXaDEZjR1wuXDre9G9zvN7AQw==",
    "md5": "5d41402abc4b2a76b9719d911017c592",
    "sha1": "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
    "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
    "sha512": "9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca7"
    "2323c3d99ba5c11d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043",
}
"""What each gives for `hello`."""

FUNCTIONS = (
    *(_describe(name, result) for name, result in _HELLO.items()),
    *(_describe(f"file{name}", result, is_file=True) for name, result in _HELLO.items()),
)
