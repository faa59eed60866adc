namespace Caisson.Core.Guests;

/// <summary>An open file inside and what it is.</summary>
/// <param name="Entry">The file as it was when opened.</param>
/// <param name="Content">Its bytes from the asked offset; disposing it closes the file.</param>
public sealed record GuestFileReader(FileEntry Entry, Stream Content) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
