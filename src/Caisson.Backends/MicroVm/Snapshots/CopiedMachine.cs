namespace Caisson.Backends.MicroVm.Snapshots;

/// <summary>A hold of a copied sandbox's machine, for as long as another is being started from it.</summary>
/// <param name="machine">What to go on from.</param>
/// <param name="token">What a host greets it with at first.</param>
/// <param name="release">Lets go of it.</param>
internal sealed class CopiedMachine(KeptMachine machine, byte[] token, Action release) : IDisposable
{
    private Action? _release = release;

    public KeptMachine Machine => machine;

    public byte[] Token => token;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
