namespace Caisson.Engine.Layers;

/// <summary>What tells whether a layer's file was written to since.</summary>
/// <param name="Length">Its bytes, or -1 where there is none.</param>
/// <param name="Written">When it was last written to.</param>
internal readonly record struct LayerStamp(long Length, DateTime Written)
{
    public static LayerStamp Of(string path) => new FileInfo(path) is { Exists: true } file ? new LayerStamp(file.Length, file.LastWriteTimeUtc) : new LayerStamp(-1, default);
}
