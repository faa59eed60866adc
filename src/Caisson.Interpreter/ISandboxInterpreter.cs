using Caisson.Interpreter.Contexts;
using Caisson.Interpreter.Runs;

namespace Caisson.Interpreter;

/// <summary>The contexts of one sandbox.</summary>
/// <remarks>Unknown contexts are NotFound, unknown languages and directories InvalidArgument, a language whose programs the sandbox lacks Unsupported.</remarks>
public interface ISandboxInterpreter
{
    /// <summary>Makes a context; its kernel is ready when this returns.</summary>
    Task<ContextInfo> CreateAsync(string? language, string? workingDirectory, CancellationToken cancellation);

    /// <summary>Every context, the oldest first.</summary>
    Task<IReadOnlyList<ContextInfo>> ListAsync(CancellationToken cancellation);

    /// <summary>Ends a context's kernel and gives it a new one; what was defined is gone.</summary>
    Task RestartAsync(string id, CancellationToken cancellation);

    /// <summary>Ends a context.</summary>
    Task RemoveAsync(string id, CancellationToken cancellation);

    /// <summary>Runs code in a context, or in the default one of a language; runs of one context wait for each other. Whoever stops listening interrupts the code, and the context lives on.</summary>
    Task<IRun> RunAsync(RunRequest request, CancellationToken cancellation);
}
