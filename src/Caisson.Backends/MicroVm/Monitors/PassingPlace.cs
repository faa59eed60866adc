using Caisson.Walls.Ids;

namespace Caisson.Backends.MicroVm.Monitors;

/// <summary>A directory and a host id for a machine that is nobody's sandbox and is soon ended; both go with this.</summary>
internal sealed class PassingPlace(MicroVmOptions options, IdRange ids) : IDisposable
{
    public string Folder { get; } =
        Directory.CreateDirectory(Path.Combine(options.Cache, $"boot-{Guid.NewGuid():N}"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;

    public uint Owner { get; } = ids.Take();

    public void Dispose()
    {
        ids.Give(Owner);
        Directory.Delete(Folder, recursive: true);
    }
}
