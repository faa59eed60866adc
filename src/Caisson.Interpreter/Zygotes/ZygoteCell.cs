using Caisson.Core.Backends;
using Caisson.Core.Sandboxes;

namespace Caisson.Interpreter.Zygotes;

/// <summary>A cell and its number.</summary>
internal sealed class ZygoteCell(ushort number, INestedCell ground)
{
    private Resources _limits = new();

    public ushort Number => number;

    public INestedCell Ground => ground;

    /// <summary>Sets the limits of the next execution, where they are not those of the one before.</summary>
    public void Limit(Resources resources)
    {
        resources = resources with { DiskBytes = 0, OutputBytes = 0 };
        if (resources == _limits)
            return;
        ground.Limit(resources);
        _limits = resources;
    }
}
