using Caisson.Engine.Sandboxes;

namespace Caisson.Interpreter;

/// <summary>The interpreters of this server's sandboxes.</summary>
public interface ICodeInterpreter
{
    /// <summary>Whether a sandbox has an interpreter: its template decides.</summary>
    bool Serves(SandboxInfo sandbox);

    /// <summary>The interpreter of a sandbox, found again if a server before this one had contexts there.</summary>
    ISandboxInterpreter Of(ISandbox sandbox);
}
