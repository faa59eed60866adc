using Caisson.Core.Failures;

namespace Caisson.Images.Layers;

/// <summary>What the layers of one image may take together.</summary>
internal sealed class UnpackBudget(ImportLimits limits)
{
    /// <summary>Bytes of files so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Entries so far.</summary>
    public int Entries { get; private set; }

    /// <summary>What may still be written, with room for headers and padding.</summary>
    public long StreamBytes => limits.RootBytes - Bytes + (2L * 1024 * limits.Entries);

    /// <summary>Counts an entry with so much content, before any of it is written.</summary>
    public void Take(long bytes)
    {
        if (bytes > limits.RootBytes - Bytes)
            throw new CaissonException(ErrorCode.ResourceExhausted, $"the image unpacks to more than {limits.RootBytes} bytes, which is the most", "Import a smaller image.");
        if (Entries >= limits.Entries)
            throw new CaissonException(ErrorCode.ResourceExhausted, $"the image has more than {limits.Entries} files, which is the most", "Import a smaller image.");
        Bytes += bytes;
        Entries++;
    }
}
