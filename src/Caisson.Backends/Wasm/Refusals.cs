using Caisson.Core.Failures;

namespace Caisson.Backends.Wasm;

/// <summary>What a WebAssembly sandbox has not, and where it is to be had.</summary>
internal static class Refusals
{
    private const string Elsewhere = "Use another wall, such as bubblewrap (--wall bubblewrap).";

    public static CaissonException Program(string command) => new(
        ErrorCode.Unsupported, $"the wasm wall cannot run '{command}': it runs python, js, and .wasm modules of the workspace, and no other programs", Elsewhere);

    public static CaissonException Terminal() => new(ErrorCode.Unsupported, "the wasm wall has no terminals", $"Run without one. {Elsewhere}");

    public static CaissonException User(string user) => new(ErrorCode.Unsupported, $"the wasm wall has one user, 'user', and not '{user}'", Elsewhere);

    public static CaissonException Ports() => new(ErrorCode.Unsupported, "the wasm wall has no ports: modules have no sockets", Elsewhere);

    public static CaissonException Running() => new(ErrorCode.Unsupported, "commands run in this sandbox, and the wasm wall can copy files but no commands", "End them first, or ask for a copy of the files alone.");

    public static CaissonException Headers() => new(ErrorCode.Unsupported, "the wasm wall sets no headers: modules have no sockets", Elsewhere);
}
