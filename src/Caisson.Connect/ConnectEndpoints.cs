using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Caisson.Connect;

/// <summary>Procedures as endpoints; the pattern is <c>/package.Service/Method</c>.</summary>
public static class ConnectEndpoints
{
    /// <summary>Maps a unary procedure.</summary>
    public static IEndpointConventionBuilder MapConnectUnary<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints,
        string procedure,
        JsonTypeInfo<TRequest> request,
        JsonTypeInfo<TResponse> response,
        Func<TRequest, ConnectContext, Task<TResponse>> handler,
        ConnectOptions? options = null) =>
        endpoints.Map(procedure, ConnectHandler.Unary(request, response, handler, options));

    /// <summary>Maps a server-streaming procedure.</summary>
    public static IEndpointConventionBuilder MapConnectServerStream<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints,
        string procedure,
        JsonTypeInfo<TRequest> request,
        JsonTypeInfo<TResponse> response,
        Func<TRequest, ConnectContext, IAsyncEnumerable<TResponse>> handler,
        ConnectOptions? options = null) =>
        endpoints.Map(procedure, ConnectHandler.ServerStream(request, response, handler, options));

    /// <summary>Maps a client-streaming procedure.</summary>
    public static IEndpointConventionBuilder MapConnectClientStream<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints,
        string procedure,
        JsonTypeInfo<TRequest> request,
        JsonTypeInfo<TResponse> response,
        Func<IAsyncEnumerable<TRequest>, ConnectContext, Task<TResponse>> handler,
        ConnectOptions? options = null) =>
        endpoints.Map(procedure, ConnectHandler.ClientStream(request, response, handler, options));
}
