namespace Caisson.Images.Sources;

/// <summary>Where an image comes from, on the side of whoever asks for it: its credentials and its network, not the server's.</summary>
public interface IImageSource
{
    /// <summary>Writes an archive that <see cref="Store.IImageStore"/> reads.</summary>
    Task WriteAsync(Stream target, CancellationToken cancellation);
}
