using System.Text.Json;
using Caisson.Core.Backends;

namespace Caisson.Backends.MicroVm.Tests;

/// <summary>Ends a sandbox with its test.</summary>
internal sealed class Ending(IWalledSandbox sandbox) : IAsyncDisposable
{
    public IWalledSandbox Sandbox => sandbox;

    /// <summary>Host pid of the monitor of the only sandbox there is.</summary>
    public static int Pid(MachineHost host) => Directory.EnumerateFiles(host.Folder, MachineRecord.FileName, SearchOption.AllDirectories)
        .Select(file => JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("Monitor").GetInt32()).Single();

    public async ValueTask DisposeAsync()
    {
        await sandbox.KillAsync(CancellationToken.None);
        await sandbox.DisposeAsync();
    }
}
