namespace Caisson.Backends.Wasm.Tests;

/// <summary>Modules as text.</summary>
internal static class Text
{
    public const string Nothing = """(module (memory (export "memory") 1) (func (export "_start")))""";

    public const string Spin = """(module (memory (export "memory") 1) (func (export "_start") (loop (br 0))))""";

    public const string Recurse = """(module (memory (export "memory") 1) (func $f (export "_start") (call $f)))""";

    public const string Unreachable = """(module (memory (export "memory") 1) (func (export "_start") unreachable))""";

    /// <summary>Asks for memory page by page until it is refused, then ends with 7.</summary>
    public const string Grow = """
        (module
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (memory (export "memory") 1)
          (func (export "_start")
            (loop (br_if 0 (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
            (call $exit (i32.const 7))))
        """;

    public const string Exit = """
        (module
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (memory (export "memory") 1)
          (func (export "_start") (call $exit (i32.const 42))))
        """;

    /// <summary>Writes "hello" to its output, again and again.</summary>
    public const string Flood = """
        (module
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (data (i32.const 16) "hello\n")
          (func (export "_start")
            (i32.store (i32.const 0) (i32.const 16))
            (i32.store (i32.const 4) (i32.const 6))
            (loop (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) (br 0))))
        """;

    /// <summary>Asks to be woken in about three hundred years.</summary>
    public const string Sleep = """
        (module
          (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (func (export "_start")
            (i32.store (i32.const 16) (i32.const 1))
            (i64.store (i32.const 24) (i64.const 9000000000000000000))
            (drop (call $poll (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128)))))
        """;

    /// <summary>Opens a path below its fourth descriptor, which is the first tree, and ends with the error.</summary>
    public static string Open(string path) => $$"""
        (module
          (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (memory (export "memory") 1)
          (data (i32.const 16) "{{path}}")
          (func $try (param $fd i32) (result i32)
            (call $open (local.get $fd) (i32.const 1) (i32.const 16) (i32.const {{path.Length}}) (i32.const 0) (i64.const 2) (i64.const 2) (i32.const 0) (i32.const 0)))
          (func (export "_start") (local $fd i32) (local $error i32)
            (local.set $fd (i32.const 3))
            (loop $next
              (local.set $error (call $try (local.get $fd)))
              (if (i32.eqz (local.get $error)) (then (call $exit (i32.const 0))))
              (local.set $fd (i32.add (local.get $fd) (i32.const 1)))
              (br_if $next (i32.lt_u (local.get $fd) (i32.const 8))))
            (call $exit (i32.const 1))))
        """;

    /// <summary>Imports a call of sockets by a type that no one else gives it, and ends with what it answers.</summary>
    public const string Socket = """
        (module
          (import "wasi_snapshot_preview1" "sock_open" (func $open (param i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (memory (export "memory") 1)
          (func (export "_start") (call $exit (call $open (i32.const 1) (i32.const 1) (i32.const 8)))))
        """;

    public const string UnknownImport = """(module (import "env" "secret" (func)) (memory (export "memory") 1) (func (export "_start")))""";

    public const string NoCommand = """(module (memory (export "memory") 1) (func (export "run")))""";
}
