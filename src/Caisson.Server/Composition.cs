using Caisson.Core.Failures;
using Caisson.Engine.Store;
using Caisson.Server.Hosting;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

namespace Caisson.Server;

/// <summary>The composition root: the only place that names an engine, a store, a wall or a dialect.</summary>
internal static class Composition
{
    /// <summary>Opens the store of a state directory; the <c>key</c> commands need nothing else.</summary>
    public static Task<IStore> OpenStoreAsync(string stateDirectory, CancellationToken cancellation) =>
        throw new CaissonException(ErrorCode.Unsupported, $"This build has no store for {stateDirectory}.");

    /// <summary>Registers the engine and its walls over an open store.</summary>
    public static void Register(IServiceCollection services, ServerOptions options, IStore store) => services.AddSingleton(store);

    /// <summary>Adds the middleware of dialects that choose their requests by host name or header, before any route is looked for.</summary>
    public static void UseDialects(WebApplication app)
    {
    }

    /// <summary>Adds the routes of dialects.</summary>
    public static void MapDialects(WebApplication app)
    {
    }
}
