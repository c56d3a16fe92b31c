addDownloads();
