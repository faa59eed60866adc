namespace Caisson.Network.Dns;

/// <summary>Looks names up in the world outside.</summary>
internal interface INameResolver
{
    /// <summary>Looks a valid, lower-case name up; never throws but for cancellation.</summary>
    Task<Resolution> ResolveAsync(string name, CancellationToken cancellation);
}
