using Amazon.S3;
using Mlops.Core.Triggers.Events;
using Mlops.Server.Outputs;

namespace Mlops.Server.Events;

/// <summary>Registration of the kinds of events that need what a server has.</summary>
internal static class EventsServices
{
    /// <summary>Adds events of object stores.</summary>
    public static IServiceCollection AddMlopsEvents(this IServiceCollection services, WatchedPlaces places) => services
        .AddSingleton<IEventSource>(provider => new S3EventSource(places, new Lazy<IAmazonS3>(() => provider.GetService<IAmazonS3>() ?? S3Clients.Create())));
}
