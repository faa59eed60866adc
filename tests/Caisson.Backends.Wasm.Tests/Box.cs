using System.Text;
using Caisson.Core.Backends;
using Caisson.Core.Guests;
using Caisson.Core.Sandboxes;

namespace Caisson.Backends.Wasm.Tests;

/// <summary>One sandbox with a workspace of the host in it.</summary>
internal sealed class Box(IWalledSandbox sandbox, SandboxId id, SandboxSpec spec, string workspace, string state) : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    public IWalledSandbox Sandbox => sandbox;

    public IGuest Guest => sandbox.Guest;

    public SandboxId Id => id;

    public SandboxSpec Spec => spec;

    public string State => state;

    /// <summary>The workspace, on the host and inside.</summary>
    public string Workspace => workspace;

    /// <summary>Puts a module into the workspace.</summary>
    public string Add(string name, string text)
    {
        var path = Path.Combine(workspace, name);
        File.WriteAllBytes(path, Wasmtime.Module.ConvertText(text));
        return path;
    }

    public Task<Outcome> RunAsync(string command, params string[] arguments) => RunAsync(new ExecRequest { Command = command, Arguments = arguments });

    public async Task<Outcome> RunAsync(ExecRequest request)
    {
        using var limit = new CancellationTokenSource(_patience);
        await using var execution = await Guest.StartAsync(request with { WorkingDirectory = request.WorkingDirectory ?? workspace }, limit.Token);
        return await ReadAsync(execution);
    }

    public static async Task<Outcome> ReadAsync(IExecution execution)
    {
        using var limit = new CancellationTokenSource(_patience);
        var (output, error) = (new StringBuilder(), new StringBuilder());
        await foreach (var item in execution.ReadAsync(limit.Token))
        {
            if (item is ExecOutputEvent piece)
                (piece.Stream == OutputStream.StandardError ? error : output).Append(Encoding.UTF8.GetString(piece.Data.Span));
            else if (item is ExecExited exit)
                return new Outcome(output.ToString(), error.ToString(), exit);
        }

        throw new InvalidOperationException("its end was not told");
    }

    /// <summary>The host's number of the worker.</summary>
    public int WorkerPid() => Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out var pid) ? pid : 0).Single(pid => pid > 0 && IsOurs(pid));

    public async ValueTask DisposeAsync()
    {
        await sandbox.KillAsync(CancellationToken.None);
        await sandbox.DisposeAsync();
        Directory.Delete(workspace, recursive: true);
    }

    // Another's worker has other trees.
    private bool IsOurs(int pid)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{pid}/cmdline");
            return line.StartsWith("/.caisson/wasm/", StringComparison.Ordinal) && line.Contains(workspace, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
