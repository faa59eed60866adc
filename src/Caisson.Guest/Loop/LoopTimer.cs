namespace Caisson.Guest.Loop;

/// <summary>Something that happens once, later, unless cancelled.</summary>
internal sealed class LoopTimer(Action action)
{
    public Action Action => action;

    public bool Cancelled { get; private set; }

    public void Cancel() => Cancelled = true;
}
