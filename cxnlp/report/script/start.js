addDownloads();
startFilters();
if (!filter) followers.forEach((fn) => fn(null));
