using Caisson.Core.Sandboxes;

namespace Caisson.Engine.Templates;

/// <summary>How templates are built.</summary>
public sealed record TemplateOptions
{
    /// <summary>Where uploads and logs of builds lie.</summary>
    public required string Directory { get; init; }

    /// <summary>How many builds run at once.</summary>
    public int Concurrency { get; init; } = 2;

    /// <summary>How many builds may wait for their turn.</summary>
    public int MostWaiting { get; init; } = 64;

    /// <summary>How long one step may take.</summary>
    public TimeSpan StepLimit { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a whole build may take.</summary>
    public TimeSpan BuildLimit { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Bounds of the sandboxes in which steps run.</summary>
    public Resources BuildResources { get; init; } = new() { Cpus = 2, MemoryBytes = 2L << 30, Pids = 1024, DiskBytes = 8L << 30, OutputBytes = 64L << 20 };

    /// <summary>The most that one upload may be, in bytes.</summary>
    public long MostUpload { get; init; } = 1L << 30;

    /// <summary>The most that all uploads may be, in bytes; the least recently used go first.</summary>
    public long MostUploads { get; init; } = 8L << 30;

    /// <summary>The most that an upload may unpack to, in bytes.</summary>
    public long MostUnpacked { get; init; } = 4L << 30;

    /// <summary>How many entries an upload may have.</summary>
    public int MostEntries { get; init; } = 100_000;

    /// <summary>A capture that is larger than this is stood upon by a new sandbox, so that the next step's does not copy it again.</summary>
    public long LargeCapture { get; init; } = 32L << 20;
}
