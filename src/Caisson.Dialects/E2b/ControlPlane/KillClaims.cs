using System.Runtime.CompilerServices;
using Caisson.Engine.Sandboxes;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>Of many kills of one sandbox at once, one is told that it ended it; the others find nothing any more.</summary>
internal sealed class KillClaims
{
    private readonly ConditionalWeakTable<ISandbox, KillClaims> _taken = [];

    public bool TryTake(ISandbox sandbox) => _taken.TryAdd(sandbox, this);

    public void GiveBack(ISandbox sandbox) => _taken.Remove(sandbox);
}
